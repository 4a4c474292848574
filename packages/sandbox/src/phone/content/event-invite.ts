import type { ContentKind } from './content-kind.ts'

export interface EventInviteWish {
  /** The id that WhatsApp gave the event. */
  readonly event_id: string
  readonly name: string
  /** Seconds since the epoch. */
  readonly start_time: number
  readonly end_time?: number
  readonly caption?: string
  readonly call_link?: string
  readonly canceled?: boolean
  /** JPEG. */
  readonly thumbnail?: Uint8Array
}

/** An invitation to an event that WhatsApp itself keeps. Its fields seen in: whatsmeow WAWebProtobufsE2E.proto, zapo WAProto.proto. */
export const eventInvite: ContentKind<EventInviteWish> = {
  name: 'event_invite',
  compose: (_scene, { event_id, name, start_time, end_time, caption, call_link, canceled, thumbnail }) => ({
    eventInviteMessage: {
      ...{ eventId: event_id, eventTitle: name, startTime: start_time, isCanceled: canceled ?? false },
      ...(end_time === undefined ? {} : { endTime: end_time }),
      ...(caption === undefined ? {} : { caption }),
      ...(call_link === undefined ? {} : { callLink: call_link }),
      ...(thumbnail === undefined ? {} : { jpegThumbnail: thumbnail }),
    },
  }),
  read: ({ eventInviteMessage: it }) =>
    it && {
      kind: 'event_invite',
      ...(it.caption === undefined ? {} : { text: it.caption }),
      details: {
        ...{ event_id: it.eventId, name: it.eventTitle, canceled: it.isCanceled ?? false },
        ...{ start_time: it.startTime, end_time: it.endTime, call_link: it.callLink },
        ...(it.jpegThumbnail ? { thumbnail: Buffer.from(it.jpegThumbnail).toString('base64') } : {}),
      },
    },
}
