import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'account.reachout_timelock',
  group: 'Account',
  summary: 'WhatsApp stops the account from writing to people who never wrote to it, or allows it again.',
  schema: z.object({
    jid: fields.jid,
    is_active: z.boolean().describe('While it is, messages to new people are refused with code 463'),
    until: z.string().optional().describe('When it ends, RFC 3339; absent when WhatsApp does not say'),
    enforcement: z
      .string()
      .describe("Why, in WhatsApp's word: `WEB_COMPANION_ONLY`, `VIOLATING_MSG` …; blank where it does not say"),
    timestamp: fields.instant,
  }),
  example: {
    jid: exampleNumber,
    is_active: true,
    until: '2026-01-03T00:00:00.000Z',
    enforcement: 'WEB_COMPANION_ONLY',
    timestamp: exampleInstant,
  },
  on: ['account_limit'],
  from: (device, { at, limit }) =>
    limit.type === 'reachout_timelock'
      ? {
          jid: ownNumber(device),
          is_active: limit.isActive,
          until: limit.until === undefined ? undefined : rfc3339(limit.until),
          enforcement: limit.enforcement,
          timestamp: rfc3339(at),
        }
      : undefined,
})
