import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@switchboard/engine'
import { ConfigError } from '../config/config-error.ts'
import type { HealthRecord } from '../observe/health.ts'
import { type DatabaseTarget, isDatabaseAway } from '../storage/open-database.ts'

/** A server that this one needs is not there (yet). The message is a line for the operator. */
export class NotAnswering extends ConfigError {}

interface Patience {
  /** Whether a failure means that nobody is there (yet), as opposed to a refusal. */
  readonly isAway: (error: unknown) => boolean
  /** Called before each wait. */
  readonly waits: (error: unknown) => void
}

const pauseMs = 1_000

/** Does something that needs another server, and waits for that one when it is not there: machines start in any order. What is refused is not tried again. */
async function whenItAnswers<Result>(attempt: () => Promise<Result>, { isAway, waits }: Patience): Promise<Result> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isAway(error)) throw error
      waits(error)
    }
    await sleep(pauseMs)
  }
}

/** Does a step of the start again until what it needs is there. */
export type Patiently = <Result>(step: () => Promise<Result>) => Promise<Result>

/** Waits for the database and the sandbox as a gateway does that runs already; says so to probes, and once for each reason in the log. */
export const waitFor = (target: DatabaseTarget, health: HealthRecord, log: Logger): Patiently => {
  const isAway = (error: unknown): boolean =>
    error instanceof NotAnswering || isDatabaseAway(target, error instanceof ConfigError ? error.cause : error)
  let told = ''
  const waits = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error)
    health.waitFor(error instanceof NotAnswering ? 'The sandbox does not answer' : 'The database does not answer')
    if (reason !== told) log.warn({ reason }, 'waiting for a server that does not answer')
    told = reason
  }
  return async (step) => {
    const result = await whenItAnswers(step, { isAway, waits })
    if (told !== '') health.phase = 'starting'
    return result
  }
}
