import { defineStream } from '../../kit/define-stream.ts'
import { openEvents, ReaderQuery } from './open-events.ts'

export default defineStream({
  method: 'GET',
  path: '/events/stream',
  auth: 'reader',
  summary: 'Follow the event log live (server-sent events)',
  description:
    'With the token of a device its log, with an API key the log of all of its devices, with a ticket what it was made for. From `after` or `Last-Event-ID` on, then as it grows; only what is new when neither is given. Its first line that is no comment, an `id` alone, says where it begins: a browser that connects again continues there. `id` is the cursor, `event` the type, `data` the event as `GET /events` gives it. A device and an API key have at most 16 live streams at once each.',
  errors: ['cursor_expired', 'cursor_ahead'],
  query: ReaderQuery,
  open: openEvents,
})
