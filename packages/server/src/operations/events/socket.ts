import { defineStream } from '../../kit/define-stream.ts'
import { openEvents, ReaderQuery } from './open-events.ts'

export default defineStream({
  method: 'GET',
  path: '/events/socket',
  auth: 'reader',
  transport: 'websocket',
  summary: 'Follow the event log live (WebSocket)',
  description:
    'The same events, cursors and limits as `GET /events/stream`, as text messages with `id`, `event` and `data` in JSON. The server takes no messages. It closes with 1001 when the gateway ends, 1003 when it gets a message, 1011 or 1013 (try again later) when the stream fails, 4001 when the credentials have ended, 4008 when nothing was read for 30 s. What is refused before is refused in HTTP.',
  errors: ['cursor_expired', 'cursor_ahead'],
  query: ReaderQuery,
  open: openEvents,
})
