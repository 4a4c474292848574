import type { Logger } from '@switchboard/engine'

const inBaileys = /(^|[\\/(\s])node_modules[\\/]baileys[\\/]/
const inTheAdapter = /[\\/](engine-baileys|(packages|@switchboard)[\\/]link)[\\/]/
const inAnyPackage = /(^|[\\/(\s])packages[\\/]/

const traceOf = (error: Error): string => error.stack ?? ''

/** Work that a link starts and forgets rejects without a handler, for instance when a recipient has no LID. What goes wrong below it
 *  carries other stacks: a refusal of our store, or a socket that broke while it was written to, which no line of JavaScript has caused. */
function isContained(reason: unknown, readTrace: (error: Error) => string): boolean {
  if (!(reason instanceof Error)) return false
  const stack = readTrace(reason)
  if (inBaileys.test(stack) || inTheAdapter.test(stack)) return true
  return 'syscall' in reason && !inAnyPackage.test(stack)
}

/**
 * Keeps rejections that a session leaves unhandled from ending the process, and with it every other session: they are logged instead. All
 * others are treated as if this guard were not there. Returns a function that removes it.
 */
export function containRejections(logger: Logger, readTrace: (error: Error) => string = traceOf): () => void {
  const guard = (reason: unknown): void => {
    if (isContained(reason, readTrace))
      logger.warn({ error: String(reason) }, 'a rejection inside a session was contained')
    else if (process.listenerCount('unhandledRejection') === 1) throw reason
  }
  process.on('unhandledRejection', guard)
  return () => process.off('unhandledRejection', guard)
}
