import { Fifo } from './fifo.ts'

/** Runs tests of webhooks past everything that waits. A person waits for each of them; still nobody may start any number at once. */
export class TestPings {
  readonly #most: { readonly total: number; readonly perTenant: number }
  readonly #underWay = new Map<number, number>()
  readonly #running = new Set<Promise<void>>()
  #waiting = new Fifo<{ readonly tenant: number; readonly test: () => Promise<void> }>()
  #stopped = false

  constructor(most: { readonly total: number; readonly perTenant: number }) {
    this.#most = most
  }

  /** Starts a test now, or once earlier ones leave room. It must not reject. */
  start(tenant: number, test: () => Promise<void>): void {
    if (this.#stopped) return
    const underWay = this.#underWay.get(tenant) ?? 0
    if (this.#running.size >= this.#most.total || underWay >= this.#most.perTenant) {
      this.#waiting.push({ tenant, test })
      return
    }
    this.#underWay.set(tenant, underWay + 1)
    const run = test().then(() => {
      this.#running.delete(run)
      const left = this.#underWay.get(tenant)! - 1
      if (left > 0) this.#underWay.set(tenant, left)
      else this.#underWay.delete(tenant)
      this.#startWaiting()
    })
    this.#running.add(run)
  }

  /** Starts no more and resolves when those under way have ended. What has not begun stays in the database. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#running)
  }

  #startWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = new Fifo()
    for (let next = waiting.shift(); next; next = waiting.shift()) this.start(next.tenant, next.test)
  }
}
