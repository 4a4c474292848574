import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { limit } from '../../schemas/limit.ts'
import { TimelineCursor, timelineCursor } from '../../schemas/page-cursor.ts'

const Moment = z
  .object({
    at: Instant,
    type: z.string().meta({
      description: 'Name of an event (`connection.…`), or of what somebody did (`device.…`)',
      examples: ['connection.connected'],
    }),
    text: z.string().meta({ examples: ['Connected to WhatsApp as Shop'] }),
    actor: z
      .string()
      .optional()
      .meta({ description: 'Who did it: `admin`, `key:3`, `device:…` or `system`', examples: ['admin'] }),
    event_id: z.string().optional().describe('Of what is in the event log'),
    seq: z.int().optional(),
    data: z.record(z.string(), z.unknown()).optional().describe('What the event says'),
  })
  .meta({ id: 'TimelineEntry' })

export default defineOperation({
  method: 'GET',
  path: '/devices/me/timeline',
  auth: 'device',
  summary: 'What happened to the device, newest first, in words',
  description:
    'Connections and how they ended, bans, attempts to link and why they failed, changes of the proxy, new tokens. Messages are in the event log. What is older than the event log keeps is gone here too.',
  query: z.object({
    limit: limit(50, 200),
    cursor: TimelineCursor.optional().describe('`next_cursor` of the page before'),
  }),
  response: z.object({
    timeline: z.array(Moment),
    last_pairing: z
      .object({
        began_at: Instant,
        ended_at: Instant.nullable(),
        outcome: z.enum(['linked', 'failed', 'waiting']),
        reason: z
          .string()
          .nullable()
          .meta({ description: 'Why it failed', examples: ['pairing_expired'] }),
        text: z.string().meta({ examples: ['Linking ended: nobody scanned the code in time'] }),
      })
      .nullable()
      .describe('The last attempt to link the device; null when there was none'),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ timelines, principal }, { query }) {
    const { deviceId } = principal
    const page = { limit: query.limit, after: query.cursor }
    const [{ moments, next }, pairing] = await Promise.all([
      timelines.read(deviceId, page),
      timelines.lastPairing(deviceId),
    ])
    return {
      timeline: moments.map(({ at, type, text, actor, event }) => ({
        ...{ at, type, text },
        ...(actor !== undefined && { actor }),
        ...(event && { event_id: event.id, seq: event.seq, data: { ...event.payload } }),
      })),
      last_pairing: pairing
        ? {
            ...{ began_at: pairing.beganAt, ended_at: pairing.endedAt, outcome: pairing.outcome },
            ...{ reason: pairing.reason, text: pairing.text },
          }
        : null,
      ...(next && { next_cursor: timelineCursor(next) }),
    }
  },
})
