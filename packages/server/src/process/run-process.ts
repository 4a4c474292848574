import { ConfigError } from '../config/config-error.ts'
import type { Environment } from '../config/read-config.ts'
import { unknownVariables } from '../config/unknown-variables.ts'
import { inSources } from '../observe/source-places.ts'
import { type Program, readArguments } from './command-line.ts'
import { surroundings } from './surroundings.ts'
import type { Voice } from './voice.ts'

export interface Running {
  /** What {@link stop} waits on purpose, ms. */
  readonly graceMs?: number
  stop(): Promise<void>
}

export interface ProcessParts {
  readonly environment: Environment
  readonly voice: Voice
  /** Ends the process, and says why. */
  readonly fatal: (error: unknown) => void
}

/** Longest time between SIGTERM and the end, without the grace period. */
const stopBoundMs = 25_000
/** Ctrl-C reaches us from the terminal and again through npm and the script that started us: that is still one wish. */
const sameWishMs = 1_500

const complain = (voice: Voice, error: unknown): void => {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) voice.complain(problem)
    return
  }
  const { code, message, port } = (error ?? {}) as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') {
    const advice =
      'end the program that listens there, or set another SERVER_PORT (for the world of a sandbox SANDBOX_PORT)'
    voice.complain(`Port ${port} is in use: ${advice}`)
  } else if (!(error instanceof Error)) voice.complain(String(error))
  else {
    const stack = inSources(error.stack ?? String(message))
    if (voice.json) voice.complain(message, { err: { type: error.name, message, stack } })
    else voice.complain(stack)
  }
}

/** Runs something as a process: lines that say what is wrong with a start that failed, an orderly end on SIGTERM, SIGINT and when who started it is gone,
 *  a loud one on anything unexpected. */
export const runProcess = async (program: Program, start: (parts: ProcessParts) => Promise<Running>): Promise<void> => {
  const { environment, voice, problem } = surroundings()
  let running: Running | undefined
  let endingSince: number | undefined
  const fatal = (error: unknown): void => {
    complain(voice, error)
    process.exit(1)
  }
  const end = (): void => {
    if (endingSince !== undefined) {
      // Somebody insists: everything that matters is on disk.
      if (performance.now() - endingSince > sameWishMs) process.exit(1)
      return
    }
    endingSince = performance.now()
    const boundMs = stopBoundMs + (running?.graceMs ?? 0)
    setTimeout(() => fatal(new Error('the shutdown took too long')), boundMs).unref()
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
  const request = readArguments(process.argv.slice(2), program)
  if (request.kind === 'show') {
    process.stdout.write(`${request.text}\n`)
    process.exit(0)
  }
  if (request.kind === 'refuse') {
    voice.complain(request.text)
    process.exit(2)
  }
  if (problem !== undefined) fatal(problem)
  for (const line of unknownVariables(environment)) voice.warn(line)
  try {
    running = await start({ environment, voice, fatal })
  } catch (error) {
    fatal(error)
  }
}
