import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'connection.temporary_ban',
  group: 'Connection',
  summary: 'WhatsApp refuses the account for some time. The gateway connects again when it is over.',
  schema: z.object({
    jid: fields.jid,
    reason: z.string().describe('In words, as far as WhatsApp gave them'),
    code: z.int().optional().describe('Code that WhatsApp gave'),
    expires: z.string().optional().describe('RFC 3339; absent when WhatsApp did not say'),
  }),
  example: { jid: exampleNumber, reason: 'temporarily banned', code: 402, expires: exampleInstant },
  on: ['state_changed'],
  from: (device, { state }) =>
    state.name === 'banned'
      ? {
          jid: ownNumber(device),
          reason: state.detail ?? 'temporarily banned',
          code: state.code,
          expires: state.expiresAt === undefined ? undefined : rfc3339(state.expiresAt),
        }
      : undefined,
})
