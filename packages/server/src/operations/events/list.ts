import { z } from 'zod'
import { eventView } from '../../eventlog/event-view.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { Event } from '../../schemas/event.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { EventCursor, TypesQuery } from './event-filter.ts'

export default defineOperation({
  method: 'GET',
  path: '/events',
  auth: 'device',
  summary: 'Read the event log of the device from a cursor on, oldest first',
  description:
    'Everything that webhooks get can be read here too. Send `next_after` back as `after` to continue; an empty list means that nothing is new. An answer ends after about 1 MiB of events, also before `limit`. Without `after`, or with 0, it begins with the oldest event that is kept.',
  errors: ['cursor_expired', 'cursor_ahead'],
  query: z.object({
    after: EventCursor.default(0),
    types: TypesQuery,
    limit: pageLimit(100, 1000),
  }),
  response: z.object({
    events: z.array(Event),
    next_after: z.int().describe('Cursor behind these events'),
  }),
  async run({ eventLog, principal }, { query }) {
    const { types, limit } = query
    const { after, last } = await eventLog.begin(principal.deviceId, query.after)
    const { events, isLast } = await eventLog.read(principal.deviceId, { after, limit, ...(types && { types }) })
    // Up to what was there before the read, everything of these types has been seen.
    const seen = isLast ? Math.max(after, last) : after
    return { events: events.map(eventView), next_after: Math.max(seen, events.at(-1)?.seq ?? 0) }
  },
})
