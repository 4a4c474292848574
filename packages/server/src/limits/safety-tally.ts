import type { Clock } from '../clock.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { addCounts, noCounts, type SafetyCounts, SafetyStore } from '../storage/safety-store.ts'
import { dayMs } from './safety-score.ts'

interface TallyParts {
  readonly database: Database
  readonly sessions: Pick<Sessions, 'fence'>
  readonly clock: Clock
}

interface Pending {
  readonly byDay: Map<number, SafetyCounts>
  /** People who wrote, and of whom nobody looked whether they were written to first. */
  readonly answered: Set<string>
}

/** How many days are looked at. */
const daysRead = 8

/** What happened to the sends of devices, counted in memory and stored every few seconds: no send waits for it. A crash loses the last seconds. */
export class SafetyTally {
  readonly #parts: TallyParts
  readonly #store: SafetyStore
  readonly #pending = new Map<string, Pending>()
  /** What is being stored. */
  readonly #leaving = new Map<string, Pending>()
  /** What is stored of the last days. */
  readonly #stored = new Map<string, Map<number, SafetyCounts>>()
  readonly #turns = new OneByOne()

  constructor(parts: TallyParts) {
    this.#parts = parts
    this.#store = new SafetyStore(parts.database)
  }

  get today(): number {
    return Math.floor(this.#parts.clock.now() / dayMs)
  }

  /** @param day today when absent */
  add(deviceId: string, counts: Partial<SafetyCounts>, day = this.today): void {
    const { byDay } = this.#of(deviceId)
    byDay.set(day, addCounts(byDay.get(day) ?? noCounts, { ...noCounts, ...counts }))
  }

  /** So many messages that were sent then came to the phones of people. They count for the day on which they were sent, as long as anybody looks at it. */
  delivered(deviceId: string, sentAt: readonly number[]): void {
    for (const at of sentAt) {
      const day = Math.floor(at / dayMs)
      if (day >= this.#firstDay) this.add(deviceId, { delivered: 1 }, day)
    }
  }

  get #firstDay(): number {
    return this.today - daysRead
  }

  /** Somebody wrote. */
  wrote(deviceId: string, chat: string): void {
    this.#of(deviceId).answered.add(chat)
  }

  /** Devices of which something was not stored yet. */
  get devices(): string[] {
    return [...this.#pending.keys()]
  }

  /** Stores what was counted of a device. What cannot be stored is kept for the next time. */
  flush(deviceId: string): Promise<void> {
    return this.#turns.run(deviceId, () => this.#flush(deviceId))
  }

  async #flush(deviceId: string): Promise<void> {
    const pending = this.#pending.get(deviceId)
    if (!pending) return
    this.#pending.delete(deviceId)
    this.#leaving.set(deviceId, pending)
    const { database, sessions, clock } = this.#parts
    const answered = [...pending.answered]
    try {
      await database.commit(
        [
          ...sessions.fence(deviceId),
          ...[...pending.byDay].map(([day, counts]) => this.#store.add(deviceId, day, counts)),
          ...(answered.length > 0
            ? [
                this.#store.answered(deviceId, answered, clock.now(), (count) => {
                  if (count > 0) this.add(deviceId, { answered: count })
                }),
              ]
            : []),
        ],
        { lane: deviceId },
      )
    } catch (error) {
      // Unless the device was dropped meanwhile.
      if (this.#leaving.get(deviceId) === pending) this.#keep(deviceId, pending)
      throw error
    } finally {
      if (this.#leaving.get(deviceId) === pending) this.#leaving.delete(deviceId)
    }
    const stored = this.#stored.get(deviceId)
    for (const [day, counts] of stored ? pending.byDay : []) {
      stored!.set(day, addCounts(stored!.get(day) ?? noCounts, counts))
    }
  }

  /** The counts of the last days, with what is not stored yet. */
  days(deviceId: string): Promise<Map<number, SafetyCounts>> {
    return this.#turns.run(deviceId, () => this.#days(deviceId))
  }

  async #days(deviceId: string): Promise<Map<number, SafetyCounts>> {
    const stored = this.#stored.get(deviceId) ?? (await this.#store.days(deviceId, this.#firstDay))
    this.#stored.set(deviceId, stored)
    const days = new Map(stored)
    for (const [day, counts] of this.#pending.get(deviceId)?.byDay ?? []) {
      days.set(day, addCounts(days.get(day) ?? noCounts, counts))
    }
    return days
  }

  /** What was read is read again. */
  forget(deviceId: string): void {
    this.#stored.delete(deviceId)
  }

  /** Another process has the device. */
  drop(deviceId: string): void {
    for (const known of [this.#stored, this.#pending, this.#leaving]) known.delete(deviceId)
  }

  #of(deviceId: string): Pending {
    let pending = this.#pending.get(deviceId)
    if (!pending) {
      pending = { byDay: new Map(), answered: new Set() }
      this.#pending.set(deviceId, pending)
    }
    return pending
  }

  #keep(deviceId: string, { byDay, answered }: Pending): void {
    const now = this.#of(deviceId)
    for (const [day, counts] of byDay) now.byDay.set(day, addCounts(now.byDay.get(day) ?? noCounts, counts))
    for (const jid of answered) now.answered.add(jid)
  }
}
