import type { EngineLogger } from './logger.ts'

// Work that baileys starts and forgets rejects without a handler, for instance when a recipient has no LID.
const fromBaileys = (reason: unknown): boolean =>
  reason instanceof Error && /[\\/]node_modules[\\/]baileys[\\/]/.test(reason.stack ?? '')

/**
 * Keeps rejections that baileys leaves unhandled from ending the process: they are logged instead. All others are treated as if
 * this guard were not there. Returns a function that removes it.
 */
export function containRejections(logger: EngineLogger): () => void {
  const guard = (reason: unknown): void => {
    if (fromBaileys(reason))
      logger.warn({ error: String(reason) }, 'a rejection inside the protocol library was contained')
    else if (process.listenerCount('unhandledRejection') === 1) throw reason
  }
  process.on('unhandledRejection', guard)
  return () => process.off('unhandledRejection', guard)
}
