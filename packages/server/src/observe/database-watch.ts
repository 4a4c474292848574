import type { Logger } from '@switchboard/engine'

/** How long nothing may fail before it is said that the database works again: on a disk that is nearly full, one change fails and the next one fits. */
const quietMs = 5_000

/** Logs when the database begins to take no changes, and when it takes them again. */
export class DatabaseWatch {
  readonly #log: Logger
  #failingSince: number | undefined
  #failedAt = 0

  constructor(log: Logger) {
    this.#log = log
  }

  /** A change failed because the database does not answer or has no room. */
  failed(error: Error): void {
    this.#failedAt = performance.now()
    if (this.#failingSince !== undefined) return
    this.#failingSince = this.#failedAt
    const reason = error.message.replaceAll(/\s*[\r\n]+\s*/g, ' ')
    this.#log.error({ reason }, 'the database takes no changes')
  }

  /** A change was stored. */
  worked(): void {
    if (this.#failingSince === undefined || performance.now() - this.#failedAt < quietMs) return
    const failedSeconds = Math.round((performance.now() - this.#failingSince) / 1000)
    this.#failingSince = undefined
    this.#log.info({ failedSeconds }, 'the database takes changes again')
  }
}
