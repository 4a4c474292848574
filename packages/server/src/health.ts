/** `waiting`: another gateway uses the database, and this one takes over when it ends. */
export type Phase = 'starting' | 'waiting' | 'ready' | 'draining'

/** How the process is doing, for probes. */
export interface Health {
  readonly version: string
  /** Unix ms. */
  readonly startedAt: number
  readonly phase: Phase
  /** Asks the database; false also while it is not open yet. Never rejects. */
  databaseAnswers(): Promise<boolean>
}

/** The same, for main.ts, which moves it on. */
export class HealthRecord implements Health {
  readonly version: string
  readonly startedAt = Date.now()
  phase: Phase = 'starting'
  ping: (() => Promise<void>) | undefined

  constructor(version: string) {
    this.version = version
  }

  async databaseAnswers(): Promise<boolean> {
    try {
      if (!this.ping) return false
      await this.ping()
      return true
    } catch {
      return false
    }
  }
}
