import type { Clock } from '../clock.ts'
import type { Database, Statement } from '../storage/database.ts'
import { type DayCounts as Counts, SendLimitStore, unbounded } from '../storage/send-limit-store.ts'
import { type Rules, zoneOf } from './rules.ts'
import { type Day, dayOf } from './wall-clock.ts'
import { curveOf, dayOfLink } from './warm-up.ts'

/** How many messages may leave on a day, and for what reason no more. */
export interface Ceiling {
  readonly messages: number
  readonly reason: 'daily_limit' | 'warm_up'
}

interface Counted {
  readonly deviceId: string
  readonly rules: Rules
  readonly messages: number
  /** People who are written to first. */
  readonly newContacts: number
}

/** Unix ms. */
interface Linked {
  readonly linkedAt: number | null
  readonly createdAt: number
}

/** What leaves on a day of a device, and how much may. The counts are in the database, and grow in the unit in which a message leaves: they are right
 *  after a crash, and on another node. */
export class DayCounts {
  readonly #database: Database
  readonly #store: SendLimitStore
  readonly #clock: Clock
  /** Since when devices are linked. */
  readonly #linkedAt = new Map<string, Linked>()

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#database = database
    this.#store = new SendLimitStore(database)
    this.#clock = clock
  }

  /** The day of a device that counts anything. */
  dayOf(rules: Rules): Day | undefined {
    const zone = zoneOf(rules)
    return zone === undefined ? undefined : dayOf(zone, this.#clock.now())
  }

  /** What has left today. */
  async today(deviceId: string, rules: Rules): Promise<Counts> {
    const day = this.dayOf(rules)
    return day ? this.#store.countOf(deviceId, day.name) : { sent: 0, newContacts: 0 }
  }

  /** The lower one of the daily limit and what the warm-up allows today; undefined without either. */
  async ceilingOf(deviceId: string, { daily, warmUp, ...rules }: Rules): Promise<Ceiling | undefined> {
    const limit: Ceiling | undefined = daily ? { messages: daily.messages, reason: 'daily_limit' } : undefined
    const zone = zoneOf({ daily, warmUp, ...rules })
    if (warmUp === null || zone === undefined) return limit
    const today = dayOf(zone, this.#clock.now()).name
    const { linkedAt, createdAt } = await this.#linked(deviceId)
    const place = dayOfLink(dayOf(zone, linkedAt ?? createdAt).name, today)
    const messages = curveOf(warmUp)[place]
    if (messages === undefined || (limit && limit.messages <= messages)) return limit
    return { messages, reason: 'warm_up' }
  }

  /** Counts what leaves now. `full` makes the error when no more may. @returns nothing to do where nothing is counted */
  async count({ deviceId, rules, messages, newContacts }: Counted, full: () => Error): Promise<Statement[]> {
    const day = this.dayOf(rules)
    if (!day) return []
    const most = {
      sent: (await this.ceilingOf(deviceId, rules))?.messages ?? unbounded.sent,
      newContacts: rules.newContacts ?? unbounded.newContacts,
    }
    const more = { sent: messages, newContacts }
    return [this.#store.count(deviceId, day.name, more, most, { at: this.#clock.now(), full })]
  }

  /** Begins today's count anew, by rules that count in another zone than before. */
  begin(deviceId: string, rules: Rules): Statement[] {
    const day = this.dayOf(rules)
    return day ? [this.#store.beginCount(deviceId, day, this.#clock.now())] : []
  }

  /** The link is another one, or may be. */
  linkChanged(deviceId: string): void {
    this.#linkedAt.delete(deviceId)
  }

  /** Since when a device is linked to its account, Unix ms; null when nobody noted it. */
  async linkedAt(deviceId: string): Promise<number | null> {
    return (await this.#linked(deviceId)).linkedAt
  }

  async #linked(deviceId: string): Promise<Linked> {
    const known = this.#linkedAt.get(deviceId)
    if (known !== undefined) return known
    const row = await this.#database.query
      .selectFrom('device')
      .select(['linked_at', 'created_at'])
      .where('id', '=', deviceId)
      .executeTakeFirst()
    const linkedAt = row?.linked_at === null || row?.linked_at === undefined ? null : Number(row.linked_at)
    const linked = { linkedAt, createdAt: Number(row?.created_at ?? this.#clock.now()) }
    this.#linkedAt.set(deviceId, linked)
    return linked
  }
}
