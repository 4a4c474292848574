import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { HoldReason } from './schema.ts'

/** Until when a send waits although nobody asked for that, and why. */
export interface Hold {
  /** Unix ms. */
  readonly until: number
  readonly reason: HoldReason
}

/** What concerns one chat: other chats do not wait behind it. */
const ofOneChat = ['new_contacts', 'restricted'] as const satisfies HoldReason[]

/** Whether all chats of the device wait for the same. */
export const isForAll = ({ reason }: Hold): boolean => !(ofOneChat as readonly HoldReason[]).includes(reason)

/** Sends that wait because of what their device may send: rows of `send_intent` that are `scheduled` and `held_by` something. */
export class HeldSendStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** queued → scheduled. `gone` makes the error when it was cancelled in between. */
  hold(deviceId: string, messageId: string, { until, reason }: Hold, gone: () => Error): Statement[] {
    const { query } = this.#database
    const held = query
      .updateTable('send_intent')
      .set({ state: 'scheduled', not_before: until, held_by: reason })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('state', '=', 'queued')
    return [{ query: held.compile(), orElse: gone }, this.#shown(deviceId, messageId, until)]
  }

  /** prepared → scheduled: WhatsApp did not take it. `gone` makes the error when it has ended in between. */
  holdRefused(deviceId: string, messageId: string, { until, reason }: Hold, gone: () => Error): Statement[] {
    const { query } = this.#database
    const held = query
      .updateTable('send_intent')
      .set({ state: 'scheduled', prepared_at: null, not_before: until, held_by: reason })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('state', '=', 'prepared')
    return [{ query: held.compile(), orElse: gone }, this.#shown(deviceId, messageId, until)]
  }

  #shown(deviceId: string, messageId: string, until: number): Statement {
    const shown = this.#database.query
      .updateTable('message')
      .set({ sent_at: until, listed: 0 })
      .where('device_id', '=', deviceId)
      .where('id', '=', messageId)
      .where('source', '=', 'sent')
    return { query: shown.compile() }
  }

  /** Lets everything that is due, and keeps to limits, wait on: of the device, or of one chat when that alone waits. What somebody had asked to leave at
   *  its time counts as accepted then. */
  holdDue(deviceId: string, hold: Hold, now: number, chat: string): Statement[] {
    const { until, reason } = hold
    const own = (table: string) => (isForAll(hold) ? sql`` : sql`and ${sql.ref(`${table}.chat`)} = ${chat}`)
    const kept = (table: string) =>
      reason === 'paused' ? sql`${sql.ref(`${table}.limited`)} > 0` : sql`${sql.ref(`${table}.limited`)} = 1`
    const shown = sql`update message set sent_at = ${until}, state_reason = ${reason}
      where device_id = ${deviceId} and state = 'scheduled' ${own('message')} and exists (
        select 1 from send_intent i where i.device_id = message.device_id and i.message_id = message.id
        and i.chat = message.chat and i.state = 'scheduled' and ${kept('i')} and i.not_before <= ${now})`
    const held = sql`update send_intent set
        created_at = case when held_by is null then not_before else created_at end,
        not_before = ${until}, held_by = ${reason}
      where device_id = ${deviceId} and state = 'scheduled' and ${kept('send_intent')} ${own('send_intent')} and not_before <= ${now}`
    return [shown, held].map((statement) => ({ query: statement.compile(this.#database.query) }))
  }

  /** Lets everything wait for the same that is queued, or held already, but for what waits for nothing. @param line of their history */
  holdAll(deviceId: string, { until, reason }: Hold, line: string): Statement[] {
    const meant = (table: string) => {
      const own = (column: string) => sql.ref(`${table}.${column}`)
      return sql`${own('limited')} > 0
        and (${own('state')} = 'queued' or (${own('state')} = 'scheduled' and ${own('held_by')} is not null))`
    }
    const shown = sql`update message set state = 'scheduled', sent_at = ${until}, state_reason = ${reason}, listed = 0,
        steps = coalesce(steps, '') || ${line}
      where device_id = ${deviceId} and state in ('queued', 'scheduled') and exists (
        select 1 from send_intent i where i.device_id = message.device_id and i.message_id = message.id
        and i.chat = message.chat and ${meant('i')})`
    const held = sql`update send_intent set state = 'scheduled', not_before = ${until}, held_by = ${reason}
      where device_id = ${deviceId} and ${meant('send_intent')}`
    return [shown, held].map((statement) => ({ query: statement.compile(this.#database.query) }))
  }

  /** Makes everything that is held due now: what it waited for may be over. @param chat only what waits because of this chat */
  recall(deviceId: string, now: number, chat?: string): Statement {
    const update = this.#database.query
      .updateTable('send_intent')
      .set({ not_before: now })
      .where('device_id', '=', deviceId)
      .where('state', '=', 'scheduled')
      .$if(chat === undefined, (all) => all.where('held_by', 'is not', null))
      .$if(chat !== undefined, (some) => some.where('held_by', 'in', ofOneChat).where('chat', '=', chat!))
    return { query: update.compile() }
  }

  /** For what, and how long, the newest of those waits behind which a send to a chat waits. @param before of those that were accepted before then */
  async last(deviceId: string, chat: string, before?: number): Promise<Hold | undefined> {
    let select = this.#database.query
      .selectFrom('send_intent')
      .select(['not_before', 'held_by'])
      .where('device_id', '=', deviceId)
      .where('state', '=', 'scheduled')
      .where('held_by', 'is not', null)
      .where((where) => where.or([where('held_by', 'not in', ofOneChat), where('chat', '=', chat)]))
    if (before !== undefined) select = select.where('created_at', '<', before)
    const row = await select.orderBy('created_at', 'desc').limit(1).executeTakeFirst()
    return row?.held_by ? { until: Number(row.not_before), reason: row.held_by } : undefined
  }

  /** Whether anything of a device is held. */
  async any(deviceId: string): Promise<boolean> {
    const row = await this.#database.query
      .selectFrom('send_intent')
      .select('message_id')
      .where('device_id', '=', deviceId)
      .where('state', '=', 'scheduled')
      .where('held_by', 'is not', null)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /** How many are held, by the reason. */
  async counts(deviceId: string): Promise<Map<HoldReason, number>> {
    const rows = await this.#database.query
      .selectFrom('send_intent')
      .select((count) => ['held_by', count.fn.countAll<number>().as('n')])
      .where('device_id', '=', deviceId)
      .where('state', '=', 'scheduled')
      .where('held_by', 'is not', null)
      .groupBy('held_by')
      .execute()
    return new Map(rows.map(({ held_by, n }) => [held_by!, Number(n)]))
  }

  /** How many sends are queued that a day's count does not have yet. */
  async pending(deviceId: string, day: string): Promise<number> {
    const row = await this.#database.query
      .selectFrom('send_intent')
      .select((count) => count.fn.countAll<number>().as('n'))
      .where('device_id', '=', deviceId)
      .where('state', '=', 'queued')
      .where('limited', '=', 1)
      .where((where) => where.or([where('counted_on', 'is', null), where('counted_on', '<>', day)]))
      .executeTakeFirst()
    return Number(row?.n ?? 0)
  }

  /** Devices of which something is held: all, or some of these. */
  async devices(among?: readonly string[]): Promise<string[]> {
    const rows = await this.#database.query
      .selectFrom('send_intent')
      .select('device_id')
      .distinct()
      .where('held_by', 'is not', null)
      .where('state', '=', 'scheduled')
      .$if(among !== undefined, (select) => select.where('device_id', 'in', among!))
      .execute()
    return rows.map(({ device_id }) => device_id)
  }
}
