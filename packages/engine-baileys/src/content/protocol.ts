import { EngineError } from '@switchboard/engine'
import { defineKind } from './content-kind.ts'
import { about, present } from './fields.ts'
import { noticeOf, protocolTypes } from './protocol-types.ts'

/** As long as a label may be (seen in: baileys messages-send.js `updateMemberLabel`). */
const longestLabel = 30

/** A member of a group gave itself another label. The marks of its stanza: seen in baileys messages-send.js (78e7e4e2). */
export const memberLabel = defineKind({
  type: 'member_label',
  fields: ['protocolMessage'],
  holds: ({ type }) => type === protocolTypes.groupMemberLabelChange,
  compose({ label }, { now }) {
    if (label.length > longestLabel) throw new EngineError('invalid_argument', 'a label has at most 30 characters')
    const memberLabel = { label, labelTimestamp: Math.floor(now / 1000) }
    return { protocolMessage: { type: protocolTypes.groupMemberLabelChange, memberLabel } }
  },
  describe: ({ memberLabel }) => ({ text: memberLabel?.label ?? '' }),
  stanzaType: 'text',
  marks: () => ({ meta: { tag_reason: 'user_update', appdata: 'member_tag' } }),
})

/** Settings and requests of every other kind. */
export const protocol = defineKind({
  type: 'protocol',
  fields: ['protocolMessage'],
  describe: ({ type = 0, key }) => ({ notice: noticeOf(type), ...about(key) }),
  stanzaType: 'text',
})

const sealed = ['unknown', 'event_edit', 'message_edit', 'message_schedule', 'poll_edit', 'poll_add_option'] as const

/** A change that is sealed with the secret of the message that it is about. */
export const encryptedChange = defineKind({
  type: 'encrypted_change',
  fields: ['secretEncryptedMessage'],
  describe: ({ targetMessageKey, secretEncType = 0 }) => ({
    notice: sealed[secretEncType] ?? 'unknown',
    ...about(targetMessageKey),
  }),
  stanzaType({ secretEncType = 0 }) {
    const change = sealed[secretEncType] ?? ''
    return change.startsWith('poll') ? 'poll' : change.startsWith('event') ? 'event' : 'text'
  },
  marks({ secretEncType = 0 }) {
    const change = sealed[secretEncType] ?? ''
    const edit = change === 'event_edit' || change === 'message_edit' ? ({ edit: '1' } as const) : {}
    if (change.startsWith('poll')) return { ...edit, hidden: true, meta: { polltype: 'edit' } }
    if (change === 'event_edit') return { ...edit, hidden: true, meta: { event_type: 'edit' } }
    return edit
  },
})

/** It is to be shown at a time that was set before. */
export const scheduledMessage = defineKind({
  type: 'scheduled_message',
  fields: ['conditionalRevealMessage'],
  describe: ({ revealKeyId }) => present({ notice: revealKeyId }),
  stanzaType: 'text',
})
