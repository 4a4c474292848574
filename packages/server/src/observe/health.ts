/** `waiting`: another gateway uses the database, and this one takes over when it ends. */
export type Phase = 'starting' | 'waiting' | 'ready' | 'draining'

/** How the process is doing, for probes. */
export interface Health {
  readonly version: string
  /** Since its start. */
  readonly uptimeMs: number
  readonly phase: Phase
  /** Asks the database; false also when it is slow or not open yet. Never rejects. */
  databaseAnswers(): Promise<boolean>
}

/** A database that takes longer than this counts as one that does not answer: whoever probes wants to know now. */
const patienceMs = 3_000

const inTime = async (answer: Promise<void>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, patienceMs, false)
  })
  const answered = await Promise.race([answer.then(() => true), late])
  clearTimeout(timer)
  return answered
}

/** The same, for main.ts, which moves it on. */
export class HealthRecord implements Health {
  readonly version: string
  readonly #startedAt = performance.now()
  phase: Phase = 'starting'
  ping: (() => Promise<void>) | undefined

  constructor(version: string) {
    this.version = version
  }

  get uptimeMs(): number {
    return performance.now() - this.#startedAt
  }

  async databaseAnswers(): Promise<boolean> {
    try {
      return this.ping ? await inTime(this.ping()) : false
    } catch {
      return false
    }
  }
}
