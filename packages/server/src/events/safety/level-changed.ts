import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, fields, rfc3339 } from '../fields.ts'

const level = z.enum(['ok', 'watch', 'danger'])

export default defineEvent({
  name: 'safety.level_changed',
  group: 'Safety',
  summary: 'The account does worse than before, or better, as far as anybody but WhatsApp can see.',
  schema: z.object({
    level: level.describe('ok: below 40. watch: below 70. danger: from 70 on'),
    previous_level: level,
    score: z.int().describe('0 to 100'),
    reasons: z
      .array(
        z.object({
          reason: z.string(),
          weight: z.int().describe('What it adds to the score'),
          since: fields.instant,
          count: z.int().describe('How many: messages, people, days'),
        }),
      )
      .describe('The heaviest first'),
    timestamp: fields.instant,
  }),
  example: {
    level: 'watch',
    previous_level: 'ok',
    score: 60,
    reasons: [{ reason: 'reachout_timelock', weight: 60, since: exampleInstant, count: 1 }],
    timestamp: exampleInstant,
  },
  on: ['safety_judged'],
  from: (_device, { level: now, before, score, reasons, at }) => ({
    level: now,
    previous_level: before,
    score,
    reasons: reasons.map((reason) => ({ ...reason, since: rfc3339(reason.since) })),
    timestamp: rfc3339(at),
  }),
})
