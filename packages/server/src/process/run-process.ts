import { ConfigError } from '../config/config-error.ts'

export interface Running {
  stop(): Promise<void>
}

/** Longest time between SIGTERM and the end. */
const stopBoundMs = 25_000
/** Ctrl-C reaches us from the terminal and again through npm and the script that started us: that is still one wish. */
const sameWishMs = 1_500

const explain = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message
  const { code, message, port } = (error ?? {}) as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use: end the program that listens there, or set another SERVER_PORT (for the world of a sandbox SANDBOX_PORT)`
  return error instanceof Error ? (error.stack ?? message) : String(error)
}

/** Runs something as a process: one line for a start that failed, an orderly end on SIGTERM, SIGINT and when who started it is gone, a loud one
 *  on anything unexpected. */
export const runProcess = async (start: (fatal: (error: unknown) => void) => Promise<Running>): Promise<void> => {
  let running: Running | undefined
  let endingSince: number | undefined
  const fatal = (error: unknown): void => {
    console.error(explain(error))
    process.exit(1)
  }
  const end = (): void => {
    if (endingSince !== undefined) {
      // Somebody insists: everything that matters is on disk.
      if (performance.now() - endingSince > sameWishMs) process.exit(1)
      return
    }
    endingSince = performance.now()
    setTimeout(() => fatal(new Error('the orderly end took too long')), stopBoundMs).unref()
    Promise.resolve(running?.stop()).then(() => process.exit(0), fatal)
  }
  // Unhandled rejections end up here too, unless the engine knows them as its library's own and contains them.
  process.on('uncaughtException', fatal)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
  // Started by scripts/run.mjs: when that is killed, nobody is left to pass signals on.
  if (process.channel) {
    process.on('disconnect', end)
    process.channel.unref()
  }
  try {
    running = await start(fatal)
  } catch (error) {
    fatal(error)
  }
}
