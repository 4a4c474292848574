import { z } from 'zod'
import type { EventRecord } from '../../eventlog/event-log.ts'
import { eventView } from '../../eventlog/event-view.ts'
import { follow } from '../../eventlog/follow.ts'
import { defineStream, type StreamItem } from '../../kit/define-stream.ts'
import { EventCursor, TypesQuery } from './event-filter.ts'

async function* asItems(events: AsyncIterable<EventRecord>): AsyncGenerator<StreamItem> {
  for await (const event of events) yield { id: event.seq, event: event.type, data: eventView(event) }
}

export default defineStream({
  method: 'GET',
  path: '/events/stream',
  auth: 'device',
  summary: 'Follow the event log of the device live (server-sent events)',
  description:
    'From `after` or `Last-Event-ID` on, then as it grows; only what is new when neither is given. `id` is the `seq`, `event` the type, `data` the event as `GET /events` gives it. A device has at most 16 streams at once.',
  errors: ['cursor_expired', 'cursor_ahead'],
  query: z.object({ after: EventCursor.optional(), types: TypesQuery }),
  async open({ eventLog, principal, signal }, { query, lastEventId }) {
    const { deviceId } = principal
    const { after } = await eventLog.begin(deviceId, lastEventId ?? query.after)
    const filter = query.types && { types: query.types }
    return asItems(follow(eventLog, deviceId, { after, signal, ...filter }))
  },
})
