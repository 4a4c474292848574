import { defineKind } from './content-kind.ts'
import { about, present } from './fields.ts'

/** A call that took place, or was missed. */
export const callLog = defineKind({
  type: 'call_log',
  fields: ['callLogMesssage'],
  describe: ({ isVideo, durationSecs }) => ({
    call: { video: isVideo ?? false, ...present({ seconds: durationSecs }) },
  }),
  stanzaType: 'text',
})

const videoCall = 2

export const scheduledCall = defineKind({
  type: 'scheduled_call',
  fields: ['scheduledCallCreationMessage'],
  describe: ({ title, callType, scheduledTimestampMs }) => ({
    ...present({ text: title }),
    call: { video: callType === videoCall, ...present({ startsAt: scheduledTimestampMs }) },
  }),
  stanzaType: 'text',
})

export const scheduledCallEdit = defineKind({
  type: 'scheduled_call_edit',
  fields: ['scheduledCallEditMessage'],
  describe: ({ key }) => about(key),
  stanzaType: 'text',
})

export const bcall = defineKind({
  type: 'bcall',
  fields: ['bcallMessage'],
  describe: ({ caption }) => present({ text: caption }),
  stanzaType: 'text',
})

/** The key of a call that rings. */
export const call = defineKind({ type: 'call', fields: ['call'], describe: () => ({}), stanzaType: 'text' })
