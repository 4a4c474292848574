import { randomBytes } from 'node:crypto'
import { EngineError } from '@switchboard/engine'
import { defineKind } from './content-kind.ts'
import { about, instant, present } from './fields.ts'
import { locationMessage, locationView } from './location.ts'

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.floor(ms / 1000))

export const event = defineKind({
  type: 'event',
  fields: ['eventMessage'],
  compose({ name, description, startsAt, endsAt, location, joinLink, cancelled, extraGuests }) {
    if (name === '') throw new EngineError('invalid_argument', 'an event has a name')
    return {
      eventMessage: {
        name,
        ...present({ description, joinLink, startTime: seconds(startsAt), endTime: seconds(endsAt) }),
        ...(location ? { location: locationMessage(location) } : {}),
        isCanceled: cancelled ?? false,
        extraGuestsAllowed: extraGuests ?? false,
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
  describe: ({ eventTitle, caption, startTime, endTime, callLink, isCanceled }) => ({
    ...present({ text: caption || eventTitle }),
    event: {
      name: eventTitle ?? '',
      ...present({ startsAt: instant(startTime), endsAt: instant(endTime), joinLink: callLink }),
      ...(isCanceled ? { cancelled: true } : {}),
    },
  }),
  stanzaType: 'media',
})

export const eventResponse = defineKind({
  type: 'event_response',
  fields: ['encEventResponseMessage'],
  describe: ({ eventCreationMessageKey }) => about(eventCreationMessageKey),
  stanzaType: 'event',
  marks: () => ({ hidden: true, meta: { event_type: 'response' } }),
})
