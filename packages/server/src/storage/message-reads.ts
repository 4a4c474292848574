import { type CompiledQuery, sql } from 'kysely'
import type { Database } from './database.ts'
import type { WaitingPlace } from './intent-store.ts'
import { likePattern } from './like-pattern.ts'
import { type Step, stepsOf } from './message-steps.ts'
import { octets, pageBytes, rowsWithin } from './page-size.ts'
import { prepareWithLists } from './prepare.ts'
import type { MessageTable } from './schema.ts'
import { slices } from './slices.ts'

/** What is planned on of a message. */
export type MessageFacts = Pick<
  MessageTable,
  'id' | 'chat' | 'sender' | 'from_me' | 'type' | 'state' | 'source' | 'listed' | 'deleted_at' | 'sent_at'
>

const factColumns = [
  'id',
  'chat',
  'sender',
  'from_me',
  'type',
  'state',
  'source',
  'listed',
  'deleted_at',
  'sent_at',
] as const

/** Place in a chat. */
export interface Cursor {
  readonly sentAt: number
  readonly createdAt: number
  readonly id: string
}

export interface ListOptions {
  readonly limit: number
  readonly before?: Cursor
  readonly after?: Cursor
  readonly containing?: string
  readonly bytes?: number
}

const isUpwards = ({ before, after }: ListOptions): boolean => after !== undefined && before === undefined

/** Rows that are looked at together when not all of them are wanted. */
const searchedAtOnce = 200

/** The text has these characters, in capitals or not. */
const has = (text: string | null, characters: string): boolean =>
  text !== null && (text.includes(characters) || text.toLowerCase().includes(characters.toLowerCase()))

/** Bytes of content in a row as it is stored. */
const sizeOf = ({ text, body }: MessageTable): number => Buffer.byteLength(text ?? '') + (body?.length ?? 0)

/** Messages and their history, as they are stored. */
export class MessageReads {
  readonly #database: Database
  readonly #facts: (
    values: { deviceId: string },
    lists: { chats: readonly string[]; ids: readonly string[] },
  ) => CompiledQuery

  constructor(database: Database) {
    this.#database = database
    this.#facts = prepareWithLists(database.query, (value, list) =>
      database.query
        .selectFrom('message')
        .select(factColumns)
        .where('device_id', '=', value('deviceId'))
        .where('chat', 'in', list('chats'))
        .where('id', 'in', list('ids')),
    )
  }

  /** @param chat where it must be; whichever came first when absent */
  async find(deviceId: string, messageId: string, chat?: string): Promise<MessageTable | undefined> {
    const all = await this.findAll(deviceId, messageId)
    return chat === undefined ? all[0] : all.find((row) => row.chat === chat)
  }

  /** An id is unique within a chat only: the author of a message chooses it. */
  async findAll(deviceId: string, messageId: string): Promise<MessageTable[]> {
    const rows = await this.#database.query
      .selectFrom('message')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('id', '=', messageId)
      // Shown no more.
      .where((where) => where.or([where('deleted_by', 'is', null), where('deleted_by', '<>', '')]))
      .orderBy('created_at')
      .execute()
    return this.#database.content.opened('message', rows)
  }

  /** Own messages that ended without being sent, newest first, through an index that has no others. */
  async notSent(
    deviceId: string,
    { states, after, limit }: { states: readonly string[]; after?: WaitingPlace | undefined; limit: number },
  ): Promise<Pick<MessageTable, 'id' | 'chat' | 'created_at'>[]> {
    const behind = after ? sql`and (created_at, id) < (${after.createdAt}, ${after.id})` : sql``
    const { rows } = await sql<Pick<MessageTable, 'id' | 'chat' | 'created_at'>>`
      select id, chat, created_at from message
      where device_id = ${deviceId} and state in ('failed', 'expired', 'unknown') and from_me = 1
        and state in (${sql.join(states)}) ${behind}
      order by created_at desc, id desc limit ${limit}`.execute(this.#database.query)
    return rows
  }

  /** Messages by their chats and ids. */
  async at(
    deviceId: string,
    places: readonly { readonly chat: string; readonly id: string }[],
  ): Promise<MessageTable[]> {
    const inSlices = slices(places).map((some) =>
      this.#database.query
        .selectFrom('message')
        .selectAll()
        .where('device_id', '=', deviceId)
        .where(
          'chat',
          'in',
          some.map(({ chat }) => chat),
        )
        .where(
          'id',
          'in',
          some.map(({ id }) => id),
        )
        .execute(),
    )
    const wanted = new Set(places.map(({ chat, id }) => `${chat} ${id}`))
    const found = (await Promise.all(inSlices)).flat().filter(({ chat, id }) => wanted.has(`${chat} ${id}`))
    return this.#database.content.opened('message', found)
  }

  /** Messages as far as plans depend on them. @param chats addresses of their chats */
  async facts(deviceId: string, chats: readonly string[], messageIds: readonly string[]): Promise<MessageFacts[]> {
    const inSlices = slices(messageIds).flatMap((ids) =>
      slices(chats).map((some) =>
        this.#database.query.executeQuery<MessageFacts>(this.#facts({ deviceId }, { chats: some, ids })),
      ),
    )
    return (await Promise.all(inSlices)).flatMap(({ rows }) => rows)
  }

  /** What the gateway did about a message, oldest first. */
  async history(deviceId: string, messageId: string): Promise<Step[]> {
    const rows = await this.#database.query
      .selectFrom('message')
      .select('steps')
      .where('device_id', '=', deviceId)
      .where('id', '=', messageId)
      .where('steps', 'is not', null)
      .execute()
    // In two chats with the same id it is the same: steps are noted by the id.
    return stepsOf([...new Set(rows.flatMap(({ steps }) => steps!.split(/(?<=\n)/)))].join(''))
  }

  /** A page of the messages of a chat, newest first, next to a cursor when one is given. It ends after `limit` messages or {@link pageBytes}.
   *  @param options `containing`: only those with these characters in their text, in capitals or not */
  async list(deviceId: string, chat: string, options: ListOptions): Promise<{ rows: MessageTable[]; isLast: boolean }> {
    const { limit, containing, bytes = pageBytes } = options
    const upwards = isUpwards(options)
    const found: MessageTable[] = []
    let taken = 0
    for (let page: ListOptions = options; ; page = { ...page, limit: Math.max(limit, searchedAtOnce) }) {
      const { rows, isLast } = await this.#candidates(deviceId, chat, page)
      const last = rows.at(-1)
      const sizes = new Map(rows.map((row) => [row, sizeOf(row)]))
      for (const row of await this.#database.content.opened('message', rows)) {
        if (containing !== undefined && !has(row.text, containing)) continue
        found.push(row)
        taken += sizes.get(row)!
        if (found.length === limit || taken >= bytes) break
      }
      const isFull = found.length === limit || taken >= bytes
      if (isFull || isLast || !last) {
        return { rows: upwards ? found.reverse() : found, isLast: !isFull && isLast }
      }
      const cursor = { sentAt: Number(last.sent_at), createdAt: Number(last.created_at), id: last.id }
      page = { ...page, ...(upwards ? { after: cursor } : { before: cursor }) }
    }
  }

  /** Messages from a cursor on, away from it; of those that were searched for also those with a text that is sealed. */
  async #candidates(
    deviceId: string,
    chat: string,
    options: ListOptions,
  ): Promise<{ rows: MessageTable[]; isLast: boolean }> {
    const { limit, before, after, containing, bytes = pageBytes } = options
    let select = this.#database.query
      .selectFrom('message')
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
      .where('listed', '=', 1)
    // WhatsApp's times are whole seconds: within one, the order of arrival counts.
    if (before) {
      select = select.where((where) =>
        where(
          where.refTuple('sent_at', 'created_at', 'id'),
          '<',
          where.tuple(before.sentAt, before.createdAt, before.id),
        ),
      )
    }
    if (after) {
      select = select.where((where) =>
        where(where.refTuple('sent_at', 'created_at', 'id'), '>', where.tuple(after.sentAt, after.createdAt, after.id)),
      )
    }
    if (containing !== undefined) select = select.where(this.#mayHave(containing))
    const order = isUpwards(options) ? 'asc' : 'desc'
    const place = sql`sent_at ${sql.raw(order)}, created_at ${sql.raw(order)}, id ${sql.raw(order)}`
    const size = sql<number>`coalesce(${octets('text')}, 0) + coalesce(${octets('body')}, 0)`
    const sizes = select
      .select(['sent_at', 'created_at', 'id', size.as('size')])
      .orderBy(place)
      .limit(limit)
    const rows = await select
      .selectAll()
      .orderBy(place)
      .limit(rowsWithin(sizes, place, bytes))
      .execute()
    return { rows, isLast: rows.length < limit && rows.reduce((sum, row) => sum + sizeOf(row), 0) < bytes }
  }

  #mayHave(characters: string) {
    const pattern = likePattern(characters)
    const isSealed = this.#database.content.isSealed('message', 'text', sql.ref('text'))
    return sql<boolean>`(text like ${pattern} escape '\\' or lower(text) like lower(${pattern}) escape '\\' or ${isSealed})`
  }

  /** Which of the newest messages of a chat have these characters in their text, newest first. @param among so many messages are looked at */
  async search(
    deviceId: string,
    chat: string,
    { containing, among, limit }: { containing: string; among: number; limit: number },
  ): Promise<string[]> {
    const newest = this.#database.query
      .selectFrom('message')
      .select(['device_id', 'id', 'text', 'sent_at', 'created_at'])
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
      .where('listed', '=', 1)
      .orderBy('sent_at', 'desc')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(among)
    const found: string[] = []
    for (let behind = 0; ; behind += searchedAtOnce) {
      const rows = await this.#database.query
        .selectFrom(newest.as('newest'))
        .select(['device_id', 'id', 'text'])
        .where(this.#mayHave(containing))
        .orderBy('sent_at', 'desc')
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(searchedAtOnce)
        .offset(behind)
        .execute()
      const opened = await this.#database.content.opened('message', rows)
      found.push(...opened.filter(({ text }) => has(text, containing)).map(({ id }) => id))
      if (found.length >= limit || rows.length < searchedAtOnce) return found.slice(0, limit)
    }
  }

  /** Incoming messages of a chat up to an instant that people read and that were not read yet, oldest first. */
  async unread(
    deviceId: string,
    chat: string,
    until: number,
    limit: number,
  ): Promise<{ id: string; sender: string }[]> {
    return this.#database.query
      .selectFrom('message')
      .select(['id', 'sender'])
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
      .where('from_me', '=', 0)
      .where('state', '=', 'received')
      .where('listed', '=', 1)
      .where('sent_at', '<=', until)
      .orderBy('sent_at')
      .limit(limit)
      .execute()
  }
}
