import type { Logger } from '@switchboard/engine'
import type { Database } from '../storage/database.ts'

const hourMs = 60 * 60 * 1000
/** The start has its own work. */
const firstAfterMs = 5_000
const againAfterMs = 60_000

interface ContentKeeperParts {
  readonly database: Database
  readonly log: Logger
  /** One of several gateways does it for all; undefined: this one is alone. */
  readonly mayRun?: (() => Promise<boolean>) | undefined
}

/** Seals what was stored in clear, or opens what was sealed, as it is set now: in the background, until there is nothing left. */
export class ContentKeeper {
  readonly #parts: ContentKeeperParts
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #isFirst = true

  constructor(parts: ContentKeeperParts) {
    this.#parts = parts
  }

  start(afterMs = firstAfterMs): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#round().then((next) => {
        if (!this.#stopping.signal.aborted) this.start(next)
      })
    }, afterMs).unref()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await this.#running
  }

  /** Never rejects. @returns after how long it is to look again, ms */
  async #round(): Promise<number> {
    const { database, log, mayRun } = this.#parts
    try {
      // Not before it is needed: a start should load little.
      const { ContentPasses, Reseal } = await import('../storage/content/reseal.ts')
      if (mayRun && !(await mayRun())) return againAfterMs
      // Another gateway may have written in another way since the last one looked.
      if (mayRun && this.#isFirst) await database.commit([new ContentPasses(database).again()])
      this.#isFirst = false
      let unreadable = 0
      const reseal = new Reseal(database, { unreadable: () => void unreadable++ })
      const rows = await reseal.run(this.#stopping.signal)
      const sealed = database.content.isOn
      if (unreadable > 0) log.error({ rows: unreadable }, 'some of what people wrote cannot be opened: its key is lost')
      // What was overwritten is still in the files.
      if (rows > 0 && sealed && !this.#stopping.signal.aborted) await database.scrub([])
      if (rows > 0) log.info({ rows, sealed }, sealed ? 'what was in clear is sealed' : 'what was sealed is opened')
      return hourMs
    } catch (err) {
      log.error({ err }, 'what people wrote could not be sealed, or opened, to the end; it is tried again in a minute')
      return againAfterMs
    }
  }
}
