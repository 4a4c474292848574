import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WorldEvent, WorldLog } from '../world/world-log.ts'

const heartbeatMs = 15_000
/** A reader that is this far behind is dropped; it comes back with its cursor. */
const maxBufferedBytes = 8 * 1024 * 1024

/** Sends the world's events as server-sent events: those after the cursor that are still held, then those to come. */
export function streamEvents(log: WorldLog, after: number, raw: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  })
  response.write(': events of this world\n\n')
  const send = (event: WorldEvent): void => {
    response.write(frame(event))
    if (response.writableLength > maxBufferedBytes) response.destroy()
  }
  for (const event of log.since(after)) send(event)
  const stop = log.subscribe(send)
  const heartbeat = setInterval(() => response.write(':\n\n'), heartbeatMs)
  heartbeat.unref()
  raw.on('close', () => {
    stop()
    clearInterval(heartbeat)
  })
}

function frame(event: WorldEvent): string {
  const { cursor, type, at, data } = event
  return `id: ${cursor}\nevent: ${type}\ndata: ${JSON.stringify({ cursor, type, at: new Date(at).toISOString(), data })}\n\n`
}
