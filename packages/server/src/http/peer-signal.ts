import type { FastifyReply } from 'fastify'

const makeSignal = ({ raw }: FastifyReply): AbortSignal => {
  const controller = new AbortController()
  const left = (): void => {
    if (!raw.writableFinished) controller.abort()
  }
  if (raw.destroyed) left()
  else raw.once('close', left)
  return controller.signal
}

/** A signal that aborts when the client goes away before its answer was written. It is made when it is first asked for: few operations do. */
export const peerSignal = (reply: FastifyReply): (() => AbortSignal) => {
  let made: AbortSignal | undefined
  return () => {
    made ??= makeSignal(reply)
    return made
  }
}
