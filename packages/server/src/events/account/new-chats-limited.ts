import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'account.new_chat_limit',
  group: 'Account',
  summary: 'WhatsApp limits how many new chats the account may begin, or says how many it has begun.',
  schema: z.object({
    jid: fields.jid,
    quota: z.int().optional().describe('New chats in a cycle; absent when there is no limit'),
    used: z.int().describe('New chats of this cycle'),
    status: z
      .string()
      .describe("WhatsApp's word: `NONE`, `FIRST_WARNING`, `SECOND_WARNING`, `CAPPED`; blank where it does not say"),
    since: z.string().optional().describe('When the cycle began, RFC 3339'),
    until: z.string().optional().describe('When it ends, RFC 3339'),
    timestamp: fields.instant,
  }),
  example: {
    jid: exampleNumber,
    quota: 20,
    used: 18,
    status: 'SECOND_WARNING',
    since: exampleInstant,
    until: '2026-01-31T00:00:00.000Z',
    timestamp: exampleInstant,
  },
  on: ['account_limit'],
  from: (device, { at, limit }) => {
    if (limit.type !== 'new_chats') return undefined
    const { quota, used, status, since, until } = limit
    return {
      jid: ownNumber(device),
      quota,
      used,
      status,
      since: since === undefined ? undefined : rfc3339(since),
      until: until === undefined ? undefined : rfc3339(until),
      timestamp: rfc3339(at),
    }
  },
})
