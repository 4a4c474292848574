import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { eventView } from '../../eventlog/event-view.ts'
import { follow } from '../../eventlog/follow.ts'
import { defineStream } from '../define-stream.ts'
import { Cursor, TypesQuery } from './event-filter.ts'

const parseLastEventId = (text: string): number => {
  const parsed = Cursor.safeParse(text)
  if (parsed.success && text !== '') return parsed.data
  throw new AppError('invalid_request', 'Last-Event-ID is the `seq` of an event')
}

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
    const given = lastEventId === undefined ? query.after : parseLastEventId(lastEventId)
    const after = given ?? (await eventLog.lastSeq(deviceId))
    for await (const event of follow(eventLog, deviceId, {
      after,
      signal,
      ...(query.types && { types: query.types }),
    })) {
      yield { id: String(event.seq), event: event.type, data: eventView(event) }
    }
  },
})
