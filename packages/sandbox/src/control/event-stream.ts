import type { ServerResponse } from 'node:http'
import type { WorldEvent, WorldLog } from '../world/world-log.ts'

const heartbeatMs = 15_000

/** Sends the world's events as server-sent events: those after the cursor that are still held, then those to come. Takes from the log only what the reader
 *  has room for; one that reads too slowly misses what the log has let go of meanwhile. Resolves when the reader is gone. */
export async function streamEvents(log: WorldLog, after: number, response: ServerResponse): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  })
  response.write(': events of this world\n\n')
  let wake = (): void => {}
  const stop = log.subscribe(() => wake())
  const heartbeat = setInterval(() => response.writableNeedDrain || response.write(':\n\n'), heartbeatMs).unref()
  response.on('drain', () => wake()).once('close', () => wake())
  for (let cursor = after; !response.destroyed; ) {
    const [event] = log.since(cursor, 1)
    if (event && !response.writableNeedDrain) {
      response.write(frame(event))
      cursor = event.cursor
    } else await new Promise<void>((resolve) => (wake = resolve))
  }
  stop()
  clearInterval(heartbeat)
}

function frame(event: WorldEvent): string {
  const { cursor, type, at, data } = event
  return `id: ${cursor}\nevent: ${type}\ndata: ${JSON.stringify({ cursor, type, at: new Date(at).toISOString(), data })}\n\n`
}
