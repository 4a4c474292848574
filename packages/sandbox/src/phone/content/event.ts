import type { ContentKind } from './content-kind.ts'

export interface EventWish {
  readonly name: string
  readonly description?: string
  /** Seconds since the epoch. */
  readonly start_time: number
  readonly end_time?: number
  readonly canceled?: boolean
  readonly extra_guests?: boolean
}

/** An appointment. */
export const event: ContentKind<EventWish> = {
  name: 'event',
  compose: (_scene, { name, description, start_time, end_time, canceled, extra_guests }) => ({
    eventMessage: {
      ...{ name, startTime: start_time, isCanceled: canceled ?? false },
      ...(description === undefined ? {} : { description }),
      ...(end_time === undefined ? {} : { endTime: end_time }),
      ...(extra_guests === undefined ? {} : { extraGuestsAllowed: extra_guests }),
    },
  }),
  read: ({ eventMessage: it }) =>
    it && {
      kind: 'event',
      ...(it.name === undefined ? {} : { text: it.name }),
      details: {
        ...{ name: it.name, description: it.description, canceled: it.isCanceled ?? false },
        ...{ start_time: it.startTime, end_time: it.endTime },
        ...(it.extraGuestsAllowed ? { extra_guests: true } : {}),
        ...(it.isScheduleCall ? { call: true } : {}),
        ...(it.hasReminder ? { reminder_seconds: it.reminderOffsetSec } : {}),
      },
    },
}
