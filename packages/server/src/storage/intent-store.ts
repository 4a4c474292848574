import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { prepare } from './prepare.ts'
import type { SendIntentTable } from './schema.ts'

export type Intent = SendIntentTable

/** That a device has unfinished sends. */
export interface WaitingSends {
  readonly deviceId: string
  /** When the newest of them was accepted, Unix ms. */
  readonly newestAt: number
  /** The link for which they were accepted may still be there. */
  readonly linked: boolean
}

/** Place in the list of what waits. */
export interface WaitingPlace {
  /** When it leaves, Unix ms. */
  readonly at: number
  /** When it was accepted, Unix ms. */
  readonly createdAt: number
  readonly id: string
}

type OfMessage = (values: Record<'device' | 'message', unknown>) => Statement['query']

/** How a scheduled send is queued: as if it had been accepted now. One that was held keeps its place among those of its device. */
export const releasedAt = (
  scheduled: Pick<Intent, 'held_by' | 'created_at'>,
  at: number,
): Pick<Intent, 'state' | 'not_before' | 'created_at' | 'released_at'> => {
  const createdAt = scheduled.held_by === null ? at : Number(scheduled.created_at)
  return { state: 'queued', not_before: at, created_at: createdAt, released_at: at }
}

/** The `send_intent` table: sends that were accepted and have not ended. */
export class IntentStore {
  readonly #database: Database
  /** Where no device is named, only those of this node count; undefined: all of them. */
  readonly #owner: string | undefined
  readonly #insert: (values: Record<keyof Intent, unknown>) => Statement['query']
  readonly #prepare: (values: Record<'device' | 'message' | 'at' | 'day', unknown>) => Statement['query']
  readonly #end: OfMessage
  readonly #endProven: OfMessage

  constructor(database: Database, owner?: string) {
    const { query } = database
    this.#database = database
    this.#owner = owner
    this.#insert = prepare(query, (value) =>
      query.insertInto('send_intent').values({
        device_id: value('device_id'),
        message_id: value('message_id'),
        chat: value('chat'),
        body: value('body'),
        state: value('state'),
        options: value('options'),
        not_before: value('not_before'),
        created_at: value('created_at'),
        prepared_at: value('prepared_at'),
        media_id: value('media_id'),
        limited: value('limited'),
        held_by: value('held_by'),
        released_at: value('released_at'),
        counted_on: value('counted_on'),
      }),
    )
    this.#prepare = prepare(
      query,
      (value) => sql`update send_intent set state = 'prepared', prepared_at = ${value('at')},
          counted_on = coalesce(${value('day')}, counted_on)
        where device_id = ${value('device')} and message_id = ${value('message')} and state = 'queued'`,
    )
    this.#end = prepare(
      query,
      (value) => sql`delete from send_intent where device_id = ${value('device')} and message_id = ${value('message')}`,
    )
    this.#endProven = prepare(
      query,
      (value) => sql`delete from send_intent
        where device_id = ${value('device')} and message_id = ${value('message')} and state = 'prepared'`,
    )
  }

  insert(intent: Intent): Statement {
    return { query: this.#insert({ ...this.#database.content.sealed('send_intent', intent) }) }
  }

  /** queued → prepared: from here on the message may have left. `gone` makes the error when it was cancelled in between.
   *  @param countedOn the day on which it counts from now on */
  prepare(deviceId: string, messageId: string, at: number, gone: () => Error, countedOn?: string): Statement {
    const query = this.#prepare({ device: deviceId, message: messageId, at, day: countedOn ?? null })
    return { query, orElse: gone }
  }

  /** Its file is uploaded: the message is complete. `gone` makes the error when it was cancelled in between. */
  complete(deviceId: string, messageId: string, body: Uint8Array, gone: () => Error): Statement {
    const update = this.#database.query
      .updateTable('send_intent')
      .set({
        body: this.#database.content.sealedValue(
          'send_intent',
          'body',
          { device_id: deviceId, message_id: messageId },
          body,
        ),
        media_id: null,
      })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('state', '=', 'queued')
    return { query: update.compile(), orElse: gone }
  }

  /** prepared → queued: it is certain that nothing left. */
  requeue(deviceId: string, messageId: string, notBefore: number): Statement {
    const update = this.#database.query
      .updateTable('send_intent')
      .set({ state: 'queued', prepared_at: null, not_before: notBefore })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
    return { query: update.compile() }
  }

  /** The send has ended. @param ended called once that is on disk, unless a receipt had proved it before */
  end(deviceId: string, messageId: string, ended: () => void = () => {}): Statement {
    const query = this.#end({ device: deviceId, message: messageId })
    return { query, whenDurable: ({ affected }) => affected > 0 && ended() }
  }

  /** scheduled → queued, as {@link releasedAt}. `gone` makes the error when it was cancelled or put off in between. */
  release({ device_id, message_id, not_before, ...scheduled }: Intent, at: number, gone: () => Error): Statement {
    const update = this.#database.query
      .updateTable('send_intent')
      .set(releasedAt(scheduled, at))
      .where('device_id', '=', device_id)
      .where('message_id', '=', message_id)
      .where('state', '=', 'scheduled')
      .where('not_before', '=', not_before)
    return { query: update.compile(), orElse: gone }
  }

  /** Gives a scheduled send another time. `gone` makes the error when it is scheduled no more. */
  putOff(deviceId: string, messageId: string, notBefore: number, gone: () => Error): Statement {
    const update = this.#database.query
      .updateTable('send_intent')
      .set({ not_before: notBefore, held_by: null })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('state', '=', 'scheduled')
    return { query: update.compile(), orElse: gone }
  }

  /** Scheduled sends that are due, in the order of their times; those of one time in the order in which they were accepted.
   *  @param after the last one of the page before */
  async due(now: number, limit: number, after?: Intent): Promise<Intent[]> {
    let due = this.#database.query
      .selectFrom('send_intent')
      .selectAll()
      .where('state', '=', 'scheduled')
      .where('not_before', '<=', now)
      .where(this.#isOwn)
    if (after) {
      const { not_before, created_at, message_id } = after
      due = due.where((where) =>
        where(
          where.refTuple('not_before', 'created_at', 'message_id'),
          '>',
          where.tuple(not_before, created_at, message_id),
        ),
      )
    }
    const rows = await due.orderBy('not_before').orderBy('created_at').orderBy('message_id').limit(limit).execute()
    return this.#database.content.opened('send_intent', rows)
  }

  get #isOwn() {
    return this.#owner === undefined
      ? sql<boolean>`1 = 1`
      : sql<boolean>`exists (select 1 from device where device.id = send_intent.device_id and device.owner = ${this.#owner})`
  }

  /** When the next scheduled send is due, Unix ms. */
  async nextDue(): Promise<number | undefined> {
    const row = await this.#database.query
      .selectFrom('send_intent')
      .select((intent) => intent.fn.min('not_before').as('at'))
      .where('state', '=', 'scheduled')
      .where(this.#isOwn)
      .executeTakeFirst()
    return row?.at === null || row?.at === undefined ? undefined : Number(row.at)
  }

  /** A page of what waits to be sent, in the order of the times; of one time in the order in which it was accepted. */
  async waiting(
    deviceId: string,
    { states, after, limit }: { states: readonly Intent['state'][]; after?: WaitingPlace | undefined; limit: number },
  ): Promise<Pick<Intent, 'message_id' | 'chat' | 'not_before' | 'created_at'>[]> {
    let select = this.#database.query
      .selectFrom('send_intent')
      .select(['message_id', 'chat', 'not_before', 'created_at'])
      .where('device_id', '=', deviceId)
      .where('state', 'in', states)
    if (after) {
      select = select.where((where) =>
        where(
          where.refTuple('not_before', 'created_at', 'message_id'),
          '>',
          where.tuple(after.at, after.createdAt, after.id),
        ),
      )
    }
    return select.orderBy('not_before').orderBy('created_at').orderBy('message_id').limit(limit).execute()
  }

  /** Ends a send that has not begun. `begun` makes the error when it has. */
  cancel(deviceId: string, messageId: string, begun: () => Error): Statement {
    const remove = this.#database.query
      .deleteFrom('send_intent')
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('state', 'in', ['queued', 'scheduled'])
    return { query: remove.compile(), orElse: begun }
  }

  /** Ends a send after a receipt proved that its message arrived. */
  endProven(deviceId: string, messageId: string): Statement {
    return { query: this.#endProven({ device: deviceId, message: messageId }) }
  }

  /** Unfinished sends of a device, oldest first. @param page those behind one of them, and no more than so many; those for a later time only when asked for */
  async ofDevice(
    deviceId: string,
    page: { after?: Pick<Intent, 'created_at' | 'message_id'> | undefined; limit?: number; scheduled?: boolean } = {},
  ): Promise<Intent[]> {
    const { after, limit, scheduled = false } = page
    let select = this.#database.query
      .selectFrom('send_intent')
      .selectAll()
      .where('device_id', '=', deviceId)
      .orderBy('created_at')
      .orderBy('message_id')
    if (after) {
      select = select.where((where) =>
        where(where.refTuple('created_at', 'message_id'), '>', where.tuple(after.created_at, after.message_id)),
      )
    }
    if (!scheduled) select = select.where('state', '<>', 'scheduled')
    if (limit !== undefined) select = select.limit(limit)
    return this.#database.content.opened('send_intent', await select.execute())
  }

  /** How many unfinished sends a device has. */
  async count(deviceId: string): Promise<number> {
    const row = await this.#database.query
      .selectFrom('send_intent')
      .select((count) => count.fn.countAll<number>().as('n'))
      .where('device_id', '=', deviceId)
      .executeTakeFirst()
    return Number(row?.n ?? 0)
  }

  /** Devices that have unfinished sends: all, or some of these. */
  async devices(among?: readonly string[]): Promise<WaitingSends[]> {
    const rows = await this.#database.query
      .selectFrom('send_intent')
      .innerJoin('device', 'device.id', 'send_intent.device_id')
      .select((intent) => ['device.id', 'device.status', intent.fn.max('send_intent.created_at').as('newest')])
      .groupBy(['device.id', 'device.status'])
      .$if(among !== undefined, (select) => select.where('device.id', 'in', among!))
      .execute()
    return rows.map(({ id, status, newest }) => ({
      deviceId: id,
      newestAt: Number(newest),
      linked: status !== 'logged_out',
    }))
  }

  /** Sends that waited too long: queued since before the one instant, or prepared since before the other. */
  async overdue(queuedBefore: number, preparedBefore: number, limit: number): Promise<Intent[]> {
    const rows = await this.#database.query
      .selectFrom('send_intent')
      .selectAll()
      .where((where) =>
        where.or([
          where.and([where('state', '=', 'queued'), where(sql`coalesce(released_at, created_at)`, '<', queuedBefore)]),
          where.and([where('state', '=', 'prepared'), where('prepared_at', '<', preparedBefore)]),
        ]),
      )
      .where(this.#isOwn)
      .limit(limit)
      .execute()
    return this.#database.content.opened('send_intent', rows)
  }
}
