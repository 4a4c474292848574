import { z } from 'zod'
import { eventView } from '../../eventlog/event-view.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { Event } from '../../schemas/event.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { EventCursor, TypesQuery } from './event-filter.ts'

export default defineOperation({
  method: 'GET',
  path: '/events',
  auth: 'owner',
  anywhere: true,
  summary: 'Read the event log from a cursor on, oldest first',
  description:
    'With the token of a device, the log of this device; with an API key, one log for all of its devices, in the order of each device. Everything that webhooks get can be read here too. Send `next_after` back as `after` to continue; an empty list means that nothing is new. An answer ends after about 1 MiB of events, also before `limit`. Without `after`, or with 0, it begins with the oldest event that is kept.',
  errors: ['cursor_expired', 'cursor_ahead'],
  query: z.object({
    after: EventCursor.default(0),
    latest: wholeNumber(0, 1000).optional().meta({
      description:
        'Begins so many events before the end of the log, in place of `after`; with `types`, only those of them. 0 gives no event, and in `next_after` where the log ends now.',
    }),
    types: TypesQuery,
    limit: pageLimit(100, 1000),
  }),
  response: z.object({
    events: z.array(Event),
    next_after: z.int().describe('Cursor behind these events'),
  }),
  async run({ eventLog, principal }, { query }) {
    const { types, limit, latest } = query
    const scope = scopeOf(principal)
    const { after: begin, last } = await eventLog.begin(scope, latest === undefined ? query.after : 0)
    const after = latest === undefined ? begin : Math.max(begin, last - latest)
    const { events, isLast, readTo } = await eventLog.read(scope, { after, limit, ...(types && { types }) })
    // Up to what was there before the read, everything of these types has been seen.
    return { events: events.map(eventView), next_after: isLast ? Math.max(readTo, last) : readTo }
  },
})
