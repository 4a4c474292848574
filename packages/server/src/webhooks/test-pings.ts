import { Fifo } from './fifo.ts'

/** How many tests may be under way. */
export interface TestLimits {
  readonly total: number
  readonly perTenant: number
  readonly perWebhook: number
}

interface Test {
  readonly tenant: number
  readonly webhook: number
  /** Must not reject. */
  readonly run: () => Promise<void>
}

/** Runs tests of webhooks past everything that waits. A person waits for each of them; still nobody may start any number at once, and those of an endpoint
 *  that does not answer keep no other webhook from its own. */
export class TestPings {
  readonly #most: TestLimits
  readonly #underWay = new Map<string, number>()
  readonly #running = new Set<Promise<void>>()
  #waiting = new Fifo<Test>()
  #stopped = false

  constructor(most: TestLimits) {
    this.#most = most
  }

  /** Starts a test now, or once earlier ones leave room. */
  start(test: Test): void {
    if (this.#stopped) return
    const [tenant, webhook] = [`tenant ${test.tenant}`, `webhook ${test.webhook}`]
    const { total, perTenant, perWebhook } = this.#most
    if (this.#running.size >= total || this.#of(tenant) >= perTenant || this.#of(webhook) >= perWebhook) {
      this.#waiting.push(test)
      return
    }
    for (const name of [tenant, webhook]) this.#underWay.set(name, this.#of(name) + 1)
    const run = test.run().then(() => {
      this.#running.delete(run)
      for (const name of [tenant, webhook]) this.#leave(name)
      this.#startWaiting()
    })
    this.#running.add(run)
  }

  /** Starts no more and resolves when those under way have ended. What has not begun stays in the database. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#running)
  }

  #of(name: string): number {
    return this.#underWay.get(name) ?? 0
  }

  #leave(name: string): void {
    const left = this.#of(name) - 1
    if (left > 0) this.#underWay.set(name, left)
    else this.#underWay.delete(name)
  }

  #startWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = new Fifo()
    for (let next = waiting.shift(); next; next = waiting.shift()) this.start(next)
  }
}
