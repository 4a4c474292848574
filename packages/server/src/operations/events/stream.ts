import { z } from 'zod'
import { eventView } from '../../eventlog/event-view.ts'
import { follow } from '../../eventlog/follow.ts'
import { defineStream } from '../define-stream.ts'
import { Cursor, TypesQuery } from './event-filter.ts'

export default defineStream({
  method: 'GET',
  path: '/events/stream',
  auth: 'device',
  group: 'Events',
  summary: 'Follow the event log of the device live (server-sent events)',
  description:
    'From `after` or `Last-Event-ID` on, then as it grows; only what is new when neither is given. `id` is the `seq`, `event` the type, `data` the event as `GET /events` gives it.',
  query: z.object({ after: Cursor.optional(), types: TypesQuery }),
  async *open({ eventLog, principal, signal }, { query, lastEventId }) {
    const { deviceId } = principal
    const after = lastEventId ?? query.after ?? (await eventLog.lastSeq(deviceId))
    for await (const event of follow(eventLog, deviceId, {
      after,
      signal,
      ...(query.types && { types: query.types }),
    })) {
      yield { id: event.seq, event: event.type, data: eventView(event) }
    }
  },
})
