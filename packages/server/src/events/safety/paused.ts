import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, fields, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'safety.paused',
  group: 'Safety',
  summary: 'The device was paused: what it is to send waits.',
  schema: z.object({
    since: fields.instant,
    until: z.string().optional().describe('RFC 3339; absent: until somebody resumes it'),
    reason: z
      .string()
      .describe(
        '`requested`: somebody asked for it. `temporary_ban`, `refusals`, `level_watch`, `level_danger`: `auto_pause`',
      ),
  }),
  example: { since: exampleInstant, reason: 'requested' },
  on: ['paused'],
  from: (_device, { since, until, reason }) => ({
    since: rfc3339(since),
    ...(until !== null && { until: rfc3339(until) }),
    reason,
  }),
})
