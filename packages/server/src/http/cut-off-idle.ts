import type { FastifyReply } from 'fastify'
import type { ServerOptions } from './server-options.ts'

/** So long a client may read nothing of what it gets. */
export const usualWriteTimeoutMs = 30_000

/** Cuts a client off that has read nothing of its answer for a while. A slow reader is left alone, and so is a client that still waits for its answer:
 *  Node counts any progress of a write as activity. */
export const cutOffIdle = (reply: FastifyReply, { log, writeTimeoutMs = usualWriteTimeoutMs }: ServerOptions): void => {
  const { raw, request } = reply
  raw.setTimeout(writeTimeoutMs, () => {
    const unread = request.raw.socket.writableLength
    if (unread === 0) return
    log.info({ requestId: request.id, unread }, 'a client was cut off: it did not read its answer')
    raw.destroy()
  })
}
