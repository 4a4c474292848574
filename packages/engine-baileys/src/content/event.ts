import { randomBytes } from 'node:crypto'
import { EngineError, type MessageView } from '@switchboard/engine'
import type { EncEventResponseMessage, Message } from '../generated/messages.ts'
import { codec } from '../proto/codec.ts'
import { Message as codecOfMessages } from '../proto/message.ts'
import { defineKind } from './content-kind.ts'
import { about, instant, keyOf, present } from './fields.ts'
import { locationMessage, locationView } from './location.ts'
import { sealDraft, secretOf } from './message-secret.ts'
import { unwrap } from './unwrap.ts'

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.floor(ms / 1000))

export const event = defineKind({
  type: 'event',
  fields: ['eventMessage'],
  compose({ name, description, startsAt, endsAt, location, joinLink, call, cancelled, extraGuests, reminderSeconds }) {
    if (name === '') throw new EngineError('invalid_argument', 'an event has a name')
    return {
      eventMessage: {
        name,
        ...present({ description, joinLink, startTime: seconds(startsAt), endTime: seconds(endsAt) }),
        ...(location ? { location: locationMessage(location) } : {}),
        isCanceled: cancelled ?? false,
        extraGuestsAllowed: extraGuests ?? false,
        ...(call ? { isScheduleCall: true } : {}),
        ...(reminderSeconds === undefined ? {} : { hasReminder: true, reminderOffsetSec: reminderSeconds }),
      },
      // Answers are sealed with it.
      messageContextInfo: { messageSecret: randomBytes(32) },
    }
  },
  describe: ({ name, description, location, joinLink, startTime, endTime, ...value }) => ({
    ...present({ text: name }),
    event: {
      name: name ?? '',
      ...present({ description, joinLink, startsAt: instant(startTime), endsAt: instant(endTime) }),
      ...(location ? { location: locationView(location) } : {}),
      ...(value.isCanceled ? { cancelled: true } : {}),
      ...(value.isScheduleCall ? { call: true } : {}),
      ...(value.extraGuestsAllowed ? { extraGuests: true } : {}),
      ...(value.hasReminder ? present({ reminderSeconds: value.reminderOffsetSec }) : {}),
    },
  }),
  stanzaType: 'event',
  marks: () => ({ meta: { event_type: 'creation' } }),
})

export const eventInvite = defineKind({
  type: 'event_invite',
  fields: ['eventInviteMessage'],
  compose({ invitation, text }) {
    const { eventInviteMessage } = unwrap(codecOfMessages.decode(invitation)).message
    const { contextInfo: _, caption: __, ...event } = eventInviteMessage ?? {}
    // Phones show none without them (seen in: WhatsApp Web WAWebSharableEventInviteValidationError).
    if (!event.eventId || !event.eventTitle) {
      throw new EngineError('invalid_argument', 'the message is no invitation to an event')
    }
    return { eventInviteMessage: { ...event, ...present({ caption: text }) } }
  },
  describe: ({ eventId, eventTitle, caption, startTime, endTime, callLink, isCanceled }) => ({
    ...present({ text: caption || eventTitle }),
    event: {
      ...present({ id: eventId }),
      name: eventTitle ?? '',
      ...present({ startsAt: instant(startTime), endsAt: instant(endTime), joinLink: callLink }),
      ...(isCanceled ? { cancelled: true } : {}),
    },
  }),
  stanzaType: 'media',
})

/** Values of `EventResponseMessage.response` (seen in: whatsmeow WAWebProtobufsE2E.proto). */
const responses = ['unknown', 'going', 'not_going', 'maybe'] as const

const answers = codec('EventResponseMessage')

/** What an opened answer says. */
export function responseView(payload: Uint8Array): NonNullable<MessageView['eventResponse']> {
  const { response = 0, extraGuestCount } = answers.decode(payload)
  return { response: responses[response] ?? 'unknown', ...present({ extraGuests: extraGuestCount || undefined }) }
}

/** Sealed when it leaves, like a vote. Until then it stands in the open, without a nonce. */
const isDraft = ({ encPayload, encIv }: EncEventResponseMessage, { messageContextInfo }: Message): boolean =>
  encPayload !== undefined && !encIv && messageContextInfo?.messageSecret !== undefined

export const eventResponse = defineKind({
  type: 'event_response',
  fields: ['encEventResponseMessage'],
  compose({ target, event: bytes, response, extraGuests }, { chat, now }) {
    const message = codecOfMessages.decode(bytes)
    const { eventMessage } = unwrap(message).message
    const messageSecret = secretOf(message)
    if (!eventMessage || !messageSecret) {
      throw new EngineError('invalid_argument', 'the secret of the event is not known here')
    }
    if (extraGuests && !eventMessage.extraGuestsAllowed) {
      throw new EngineError('invalid_argument', 'the event allows no extra guests')
    }
    const encPayload = answers.encode({
      ...{ response: responses.indexOf(response), timestampMs: now },
      ...(extraGuests ? { extraGuestCount: extraGuests } : {}),
    })
    return {
      encEventResponseMessage: { eventCreationMessageKey: keyOf(target, chat), encPayload },
      messageContextInfo: { messageSecret },
    }
  },
  describe: (value, message) => ({
    ...(isDraft(value, message) ? { eventResponse: responseView(value.encPayload!) } : {}),
    ...about(value.eventCreationMessageKey),
  }),
  stanzaType: 'event',
  marks: () => ({ hidden: true, meta: { event_type: 'response' } }),
})

/** An answer as it leaves; any other message stays as it is. Seen in: whatsmeow msgsecret.go, zapo addon-crypto.ts.
 *  @param chat address of the chat as the stanza has it. @param own the own address of that kind */
export function sealEventResponse(message: Message, chat: string, own: string): Message {
  const { encEventResponseMessage: value, ...others } = message
  if (!value || !isDraft(value, message)) return message
  const parties = { key: value.eventCreationMessageKey, chat, own }
  const { sealed, rest } = sealDraft('Event Response', others, parties, value.encPayload!)
  return { ...rest, encEventResponseMessage: { ...value, ...sealed } }
}
