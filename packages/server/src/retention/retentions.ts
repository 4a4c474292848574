import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { refusedField } from '../errors/refused-field.ts'
import { noteChange } from '../observe/note-change.ts'
import type { Cutoffs } from '../storage/cutoffs.ts'
import type { Database } from '../storage/database.ts'
import { dayOf, startOfDay } from '../storage/event-days.ts'
import {
  countOld,
  type Days,
  type KeptThing,
  keptThings,
  type OwnDays,
  RetentionStore,
} from '../storage/retention-store.ts'

export type { Days, KeptThing, OwnDays }

const dayMs = 24 * 60 * 60 * 1000

interface RetentionParts {
  readonly database: Database
  readonly config: Pick<Config, 'storage' | 'media' | 'webhooks'>
  readonly clock: Clock
  /** The time by which things are old, Unix ms. */
  readonly age: () => number
}

/** For how long an API key keeps what is stored. */
export interface Retention {
  /** What counts. */
  readonly days: Days
  /** What it has of its own. */
  readonly own: OwnDays
  /** What the server does for all. */
  readonly standard: Days
}

/** Whether so many days are more than others; 0 is without end. */
const isLonger = (days: number, than: number): boolean => than !== 0 && (days === 0 || days > than)

const counting = (standard: Days, own: OwnDays): Days => ({
  messages: own.messages ?? standard.messages,
  media: own.media ?? standard.media,
  events: own.events ?? standard.events,
  deliveries: own.deliveries ?? standard.deliveries,
  audit: own.audit ?? standard.audit,
})

/** How long what is stored stays: for all as the server is set, for an API key as it or the operator says. */
export class Retentions {
  readonly #parts: RetentionParts
  readonly #store: RetentionStore

  constructor(parts: RetentionParts) {
    this.#parts = parts
    this.#store = new RetentionStore(parts.database)
  }

  get standard(): Days {
    const { storage, media, webhooks } = this.#parts.config
    return {
      messages: storage.messageRetentionDays,
      media: media.retentionDays,
      events: storage.eventRetentionDays,
      deliveries: webhooks.retentionDays,
      audit: storage.auditRetentionDays,
    }
  }

  async of(apiKeyId: number): Promise<Retention> {
    const own = await this.#store.of(apiKeyId)
    return { days: counting(this.standard, own), own, standard: this.standard }
  }

  /** Counts from the next upkeep on. The operator may set anything; a customer may keep less than the server does, and not touch the audit.
   *  @throws AppError invalid_request */
  async set(
    apiKeyId: number,
    change: Partial<OwnDays>,
    by: { isOperator: boolean; actor: string },
  ): Promise<Retention> {
    const { database, clock } = this.#parts
    if (!by.isOperator) this.#check(change)
    const days = { ...(await this.#store.of(apiKeyId)), ...change }
    const detail = keptThings.flatMap((thing) =>
      change[thing] === undefined ? [] : [`${thing} ${change[thing] ?? 'standard'}`],
    )
    const about = { target: String(apiKeyId), apiKeyId, at: clock.now(), otherwise: by.actor }
    await database.commit([
      this.#store.set(apiKeyId, days, clock.now()),
      noteChange(database, { ...about, action: 'retention.set', detail: detail.join(', ') }),
    ])
    return this.of(apiKeyId)
  }

  /** How many rows would go with the next upkeep if this were set. Nothing is changed. */
  async preview(apiKeyId: number, change: Partial<OwnDays>): Promise<Record<KeptThing, number>> {
    const days = counting(this.standard, { ...(await this.#store.of(apiKeyId)), ...change })
    const now = this.#parts.age()
    const before = Object.fromEntries(keptThings.map((thing) => [thing, this.#before(thing, days[thing], now)]))
    return countOld(this.#parts.database, apiKeyId, before as Record<KeptThing, number | undefined>)
  }

  /** From when on something is old for each API key. */
  async cutoffs(thing: KeptThing, now: number): Promise<Cutoffs> {
    const own = new Map<number, number | undefined>()
    for (const [apiKeyId, days] of await this.#store.all()) {
      if (days[thing] !== null) own.set(apiKeyId, this.#before(thing, days[thing], now))
    }
    return { common: this.#before(thing, this.standard[thing], now), own }
  }

  #check(change: Partial<OwnDays>): void {
    if (change.audit !== undefined) {
      throw refusedField('body.audit_days', 'only the operator says how long the audit is kept')
    }
    for (const thing of keptThings) {
      const days = change[thing]
      const most = this.standard[thing]
      if (typeof days === 'number' && isLonger(days, most)) {
        throw refusedField('body', `this server keeps ${thing} for ${most} days at most`)
      }
    }
  }

  /** On PostgreSQL the event log is cut by day. */
  #before(thing: KeptThing, days: number, now: number): number | undefined {
    if (days === 0) return undefined
    const before = now - days * dayMs
    return thing === 'events' && this.#parts.database.days ? startOfDay(dayOf(before)) : before
  }
}
