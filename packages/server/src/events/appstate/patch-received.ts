import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, exampleJid, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'appstate.patch_received',
  group: 'App state',
  summary:
    'A record of the state that the account’s devices share was set or taken away, also one that has no event of its own.',
  schema: z.object({
    jid: fields.jid,
    collection: z.string().describe('critical_block, critical_unblock_low, regular_high, regular or regular_low'),
    index: z.array(z.string()).describe('What it is about, in WhatsApp’s own words'),
    known: z.boolean().describe('Clients of today know this kind of record'),
    removed: z.boolean().describe('It was taken away'),
    timestamp: fields.instant,
    from_full: z.boolean().describe('Told again from the beginning: it may be old'),
    action_raw: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe(
        'What the record holds; `raw` is base64 of what nobody knows here; null for secrets and when it was taken away',
      ),
  }),
  example: {
    jid: exampleNumber,
    collection: 'regular_high',
    index: ['mute', exampleJid],
    known: true,
    removed: false,
    timestamp: exampleInstant,
    from_full: false,
    action_raw: { muted: true, muteEndTimestamp: -1 },
  },
  on: ['app_state_changed'],
  repeats:
    'Once for each record and change; where all are taken in from the beginning, once for each record, with `from_full`.',
  from: (device, { collection, mutation, full, at }) => ({
    jid: ownNumber(device),
    collection,
    index: [...mutation.index],
    known: mutation.change.type !== 'other' || mutation.change.known,
    removed: mutation.removed,
    timestamp: rfc3339(at),
    from_full: full,
    action_raw: mutation.action ?? null,
  }),
})
