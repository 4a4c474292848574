import type { FastifyReply } from 'fastify'
import type { ServerOptions } from './server-options.ts'

const usualMs = 30_000

/** Cuts a client off that has taken nothing of its answer for a while. One that reads slowly is left alone, and so is one whose answer is not made yet:
 *  Node counts any progress of a write as activity. */
export const cutOffIdle = (reply: FastifyReply, { log, writeTimeoutMs = usualMs }: ServerOptions): void => {
  const { raw, request } = reply
  raw.setTimeout(writeTimeoutMs, () => {
    const unread = request.raw.socket.writableLength
    if (unread === 0) return
    log.info({ requestId: request.id, unread }, 'a client was cut off that did not read its answer')
    raw.destroy()
  })
}
