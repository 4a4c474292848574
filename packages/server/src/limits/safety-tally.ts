import type { Clock } from '../clock.ts'
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
  /** What is stored of the last days. */
  readonly #stored = new Map<string, Map<number, SafetyCounts>>()

  constructor(parts: TallyParts) {
    this.#parts = parts
    this.#store = new SafetyStore(parts.database)
  }

  get today(): number {
    return Math.floor(this.#parts.clock.now() / dayMs)
  }

  add(deviceId: string, counts: Partial<SafetyCounts>): void {
    const { byDay } = this.#of(deviceId)
    byDay.set(this.today, addCounts(byDay.get(this.today) ?? noCounts, { ...noCounts, ...counts }))
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
  async flush(deviceId: string): Promise<void> {
    const pending = this.#pending.get(deviceId)
    if (!pending) return
    this.#pending.delete(deviceId)
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
      this.#keep(deviceId, pending)
      throw error
    }
    const stored = this.#stored.get(deviceId)
    for (const [day, counts] of stored ? pending.byDay : []) {
      stored!.set(day, addCounts(stored!.get(day) ?? noCounts, counts))
    }
  }

  /** The counts of the last days, with what is not stored yet. */
  async days(deviceId: string): Promise<Map<number, SafetyCounts>> {
    const stored = this.#stored.get(deviceId) ?? (await this.#store.days(deviceId, this.today - daysRead))
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
    this.#stored.delete(deviceId)
    this.#pending.delete(deviceId)
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
