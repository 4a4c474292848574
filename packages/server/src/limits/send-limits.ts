import type { Clock } from '../clock.ts'
import { noteChange } from '../observe/note-change.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database, Statement } from '../storage/database.ts'
import { HeldSendStore, type Hold } from '../storage/held-send-store.ts'
import type { Intent } from '../storage/intent-store.ts'
import { type SendLimitRow, SendLimitStore } from '../storage/send-limit-store.ts'
import { dayOf, type QuietHours, quietUntil } from './wall-clock.ts'

export interface DailyLimit {
  /** So many may leave in a day. */
  readonly messages: number
  /** IANA name: its midnight begins the day. */
  readonly zone: string
}

export interface Limits {
  readonly quiet: QuietHours | null
  readonly daily: DailyLimit | null
}

/** Null: none. Absent: as it is. */
export type LimitsChange = { readonly [Name in keyof Limits]?: Limits[Name] | undefined }

interface SendLimitsParts {
  readonly database: Database
  readonly sessions: Pick<Sessions, 'fence'>
  readonly clock: Clock
}

const none: Limits = { quiet: null, daily: null }

const limitsOf = (row: SendLimitRow): Limits => ({
  quiet:
    row.quiet_from === null || row.quiet_to === null || row.quiet_zone === null
      ? null
      : { from: row.quiet_from, to: row.quiet_to, zone: row.quiet_zone },
  daily:
    row.daily_messages === null || row.daily_zone === null
      ? null
      : { messages: Number(row.daily_messages), zone: row.daily_zone },
})

/** When a device may send, and how much in a day. What may not leave now is held: it is scheduled for when it may, and what comes after it waits behind it.
 *  The settings are in memory: they are asked for with every send. */
export class SendLimits {
  readonly #parts: SendLimitsParts
  readonly #store: SendLimitStore
  readonly #sends: HeldSendStore
  readonly #own = new Map<string, Limits>()
  readonly #changes = new OneByOne()
  /** Devices of which something may be held, and how often something was. */
  readonly #holding = new Map<string, number>()
  #wake: () => void = () => {}

  constructor(parts: SendLimitsParts) {
    this.#parts = parts
    this.#store = new SendLimitStore(parts.database)
    this.#sends = new HeldSendStore(parts.database)
  }

  /** Reads what is set: of all devices, or of some that are new here. */
  async load(among?: readonly string[]): Promise<void> {
    const [rows, holding] = await Promise.all([this.#store.all(among), this.#sends.devices(among)])
    for (const deviceId of among ?? []) this.#own.delete(deviceId)
    for (const row of rows) this.#own.set(row.device_id, limitsOf(row))
    for (const deviceId of holding) this.#held(deviceId)
  }

  /** @param wake called when something is held, or what is held may leave */
  listen(wake: () => void): void {
    this.#wake = wake
  }

  of(deviceId: string): Limits {
    return this.#own.get(deviceId) ?? none
  }

  /** How many messages have left today, of a device with a daily limit. */
  async sentToday(deviceId: string): Promise<number | undefined> {
    const { daily } = this.of(deviceId)
    return daily ? this.#store.countOf(deviceId, dayOf(daily.zone, this.#parts.clock.now()).name) : undefined
  }

  /** Puts other limits in force, for what waits too. What is absent stays as it is, also when several are changed at once. */
  change(deviceId: string, change: LimitsChange): Promise<void> {
    return this.#changes.run(deviceId, () => this.#change(deviceId, change))
  }

  async #change(deviceId: string, change: LimitsChange): Promise<void> {
    const { database, sessions, clock } = this.#parts
    const known = this.of(deviceId)
    const limits = {
      quiet: change.quiet === undefined ? known.quiet : change.quiet,
      daily: change.daily === undefined ? known.daily : change.daily,
    }
    const { quiet, daily } = limits
    const counts = known.daily?.zone === daily?.zone
    const now = clock.now()
    const row: SendLimitRow = {
      device_id: deviceId,
      quiet_from: quiet?.from ?? null,
      quiet_to: quiet?.to ?? null,
      quiet_zone: quiet?.zone ?? null,
      daily_messages: daily?.messages ?? null,
      daily_zone: daily?.zone ?? null,
    }
    await database.commit(
      [
        ...sessions.fence(deviceId),
        this.#store.put(row),
        // What left while nobody counted is among the messages.
        ...(daily && !counts ? [this.#store.beginCount(deviceId, dayOf(daily.zone, now), now)] : []),
        this.#sends.recall(deviceId, now),
        noteChange(database, {
          action: 'device.send_limits_set',
          target: deviceId,
          at: now,
          otherwise: `device:${deviceId}`,
        }),
      ],
      { lane: deviceId },
    )
    this.#own.set(deviceId, limits)
    this.#wake()
  }

  /** Whether sends of a device may have to wait at all. */
  apply(deviceId: string): boolean {
    const { quiet, daily } = this.of(deviceId)
    return quiet !== null || daily !== null || this.#holding.has(deviceId)
  }

  /** What holds a send that is accepted now: those that are held already, or the limits. */
  async holdOfNew(deviceId: string): Promise<Hold | undefined> {
    return (await this.#lastHeld(deviceId)) ?? this.holdOfNext(deviceId)
  }

  /** What holds the next one of those that wait: the limits, with what is queued already. */
  async holdOfNext(deviceId: string): Promise<Hold | undefined> {
    const { daily } = this.of(deviceId)
    const now = this.#parts.clock.now()
    return (
      this.#quiet(deviceId, now) ??
      (daily ? this.#full(deviceId, now, await this.#sends.pending(deviceId, dayOf(daily.zone, now).name)) : undefined)
    )
  }

  /** What holds a queued send when its turn comes: one before it that is held, or the limits. */
  async holdOfTurn({ device_id: deviceId, limited, created_at, counted_on }: Intent): Promise<Hold | undefined> {
    if (limited === 0 || !this.apply(deviceId)) return undefined
    const now = this.#parts.clock.now()
    const before = await this.#lastHeld(deviceId, Number(created_at))
    if (before) return before
    const { daily } = this.of(deviceId)
    const counted = daily !== null && counted_on === dayOf(daily.zone, now).name
    return this.#quiet(deviceId, now) ?? (counted ? undefined : this.#full(deviceId, now, 0))
  }

  /** Counts a send that leaves now. `full` makes the error when no more may. @returns nothing to do when it need not be counted, or is */
  count(intent: Intent, full: () => Error): { readonly statements: Statement[]; readonly day?: string } {
    const { daily } = this.of(intent.device_id)
    if (!daily || intent.limited === 0) return { statements: [] }
    const now = this.#parts.clock.now()
    const { name } = dayOf(daily.zone, now)
    if (intent.counted_on === name) return { statements: [] }
    return { statements: [this.#store.count(intent.device_id, name, daily.messages, now, full)], day: name }
  }

  /** Lets a queued send wait. `gone` makes the error when it was cancelled in between. */
  hold({ device_id: deviceId, message_id: messageId }: Intent, hold: Hold, gone: () => Error): Statement[] {
    return this.#sends.hold(deviceId, messageId, hold, gone)
  }

  /** Lets everything of a device wait on that is due and keeps to limits. */
  holdDue(deviceId: string, hold: Hold): Statement[] {
    return this.#sends.holdDue(deviceId, hold, this.#parts.clock.now())
  }

  /** A send is held, and that is durable. */
  nowHeld(deviceId: string): void {
    this.#held(deviceId)
    this.#wake()
  }

  #held(deviceId: string): void {
    this.#holding.set(deviceId, (this.#holding.get(deviceId) ?? 0) + 1)
  }

  async #lastHeld(deviceId: string, before?: number): Promise<Hold | undefined> {
    const times = this.#holding.get(deviceId)
    if (times === undefined) return undefined
    const last = await this.#sends.last(deviceId, before)
    // Something may have been held while the database was asked.
    if (!last && before === undefined && this.#holding.get(deviceId) === times) this.#holding.delete(deviceId)
    return last
  }

  #quiet(deviceId: string, at: number): Hold | undefined {
    const { quiet } = this.of(deviceId)
    const until = quiet ? quietUntil(quiet, at) : undefined
    return until === undefined ? undefined : { until, reason: 'quiet_hours' }
  }

  /** @param more so many are to leave before */
  async #full(deviceId: string, at: number, more: number): Promise<Hold | undefined> {
    const { quiet, daily } = this.of(deviceId)
    if (!daily) return undefined
    const { name, endsAt } = dayOf(daily.zone, at)
    if ((await this.#store.countOf(deviceId, name)) + more < daily.messages) return undefined
    return { until: (quiet && quietUntil(quiet, endsAt)) ?? endsAt, reason: 'daily_limit' }
  }
}
