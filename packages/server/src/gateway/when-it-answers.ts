import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../config/config-error.ts'

/** A server that this one needs is not there (yet). The message is a line for the operator. */
export class NotAnswering extends ConfigError {}

export interface Patience {
  /** Whether a failure means that nobody is there (yet), as opposed to a refusal. */
  readonly isAway: (error: unknown) => boolean
  /** Called before each wait. */
  readonly waits: (error: unknown) => void
}

const pauseMs = 1_000

/** Does something that needs another server, and waits for that one when it is not there: machines start in any order. What is refused is not tried again. */
export async function whenItAnswers<Result>(
  attempt: () => Promise<Result>,
  { isAway, waits }: Patience,
): Promise<Result> {
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
