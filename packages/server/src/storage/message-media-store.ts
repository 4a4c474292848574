import { type RawBuilder, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, inPlaceOf } from './former-addresses.ts'
import { perDatabase } from './per-database.ts'
import { prepare } from './prepare.ts'
import type { MessageMediaTable } from './schema.ts'
import { slices } from './slices.ts'

export type MessageMediaRow = MessageMediaTable

export interface MediaPlace {
  readonly deviceId: string
  readonly chat: string
  readonly messageId: string
}

const preparedDue = perDatabase(({ query }) =>
  prepare<{ deviceId: string; now: number; limit: number }>(query, (value) =>
    query
      .selectFrom('message_media')
      .selectAll()
      .where('device_id', '=', value('deviceId'))
      .where('due_at', '<=', value('now'))
      .orderBy('due_at')
      .orderBy('created_at')
      .limit(value('limit')),
  ),
)

/** A row before anything happened to its file. */
export interface NewMedia extends MediaPlace {
  readonly id: string
  /** It is to be fetched by itself from then on. */
  readonly dueAt: number | null
}

export type MediaChange = Partial<
  Pick<
    MessageMediaRow,
    'state' | 'reason' | 'path' | 'sha256' | 'size' | 'asked_at' | 'due_at' | 'attempts' | 'stored_at'
  >
>

/** Numbers as numbers, whatever the database gives. */
const numbers = (row: MessageMediaTable): MessageMediaRow => {
  const number = (value: number | null) => (value === null ? null : Number(value))
  return {
    ...row,
    attempts: Number(row.attempts),
    size: number(row.size),
    asked_at: number(row.asked_at),
    due_at: number(row.due_at),
    stored_at: number(row.stored_at),
  }
}

/** The `message_media` table: where the files of messages are. A message without a row has its file at WhatsApp, where it says. */
export class MessageMediaStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Notes files of messages that came. Those that are known stay as they are. */
  insert(media: readonly NewMedia[], at: number): Statement[] {
    return slices(media).map((some) => {
      const values = some.map(({ id, deviceId, chat, messageId, dueAt }) => ({
        ...{ id, device_id: deviceId, chat, message_id: messageId, state: 'remote' as const, due_at: dueAt },
        ...{ reason: null, path: null, sha256: null, size: null, asked_at: null, stored_at: null, attempts: 0 },
        ...{ created_at: at, updated_at: at },
      }))
      const insert = this.#database.query
        .insertInto('message_media')
        .values(values)
        .onConflict((conflict) => conflict.doNothing())
      return { query: insert.compile() }
    })
  }

  /** Changes what is known of a file, which gets a row when it has none. */
  change(media: Omit<NewMedia, 'dueAt'>, change: MediaChange, at: number): Statement[] {
    const update = this.#database.query
      .updateTable('message_media')
      .set({ ...change, updated_at: at })
      .where('device_id', '=', media.deviceId)
      .where('chat', '=', media.chat)
      .where('message_id', '=', media.messageId)
    return [...this.insert([{ ...media, dueAt: null }], at), { query: update.compile() }]
  }

  /** Changes a file that is due still as it was when it was read. */
  settle({ id, due_at }: Pick<MessageMediaRow, 'id' | 'due_at'>, change: MediaChange, at: number): Statement {
    const update = this.#database.query
      .updateTable('message_media')
      .set({ ...change, updated_at: at })
      .where('id', '=', id)
      .where('due_at', '=', due_at)
    return { query: update.compile() }
  }

  async byId(id: string): Promise<MessageMediaRow | undefined> {
    const row = await this.#database.query
      .selectFrom('message_media')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && numbers(row)
  }

  /** What is known of files. @param chats addresses of their chats */
  async find(deviceId: string, chats: readonly string[], messageIds: readonly string[]): Promise<MessageMediaRow[]> {
    const inSlices = slices(messageIds).flatMap((ids) =>
      slices(chats).map((some) =>
        this.#database.query
          .selectFrom('message_media')
          .selectAll()
          .where('device_id', '=', deviceId)
          .where('chat', 'in', some)
          .where('message_id', 'in', ids)
          .execute(),
      ),
    )
    return (await Promise.all(inSlices)).flat().map(numbers)
  }

  /** Files of a device that are due, longest first. */
  async due(deviceId: string, now: number, limit: number): Promise<MessageMediaRow[]> {
    const statement = preparedDue(this.#database)({ deviceId, now, limit })
    const { rows } = await this.#database.query.executeQuery<MessageMediaTable>(statement)
    return rows.map(numbers)
  }

  /** Devices with files that are due. */
  async devicesWithDue(now: number): Promise<string[]> {
    const rows = await this.#database.query
      .selectFrom('message_media')
      .select('device_id')
      .distinct()
      .where('due_at', 'is not', null)
      .where('due_at', '<=', now)
      .execute()
    return rows.map((row) => row.device_id)
  }

  /** Lets go of what was stored before an instant: it is at WhatsApp again, or the phone has it. @param of a condition about the API key of its device
   *  @returns how many */
  async release(
    storedBefore: number,
    limit: number,
    now: number,
    of: RawBuilder<unknown> = sql`is not null`,
  ): Promise<number> {
    const { query } = this.#database
    const old = query
      .selectFrom('message_media')
      .select('id')
      .where('state', '=', 'stored')
      .where('stored_at', '<', storedBefore)
      .where(sql<boolean>`exists (select 1 from device d where d.id = message_media.device_id and d.api_key_id ${of})`)
      .limit(limit)
    const update = query
      .updateTable('message_media')
      .set({ state: 'remote', sha256: null, size: null, stored_at: null, updated_at: now })
      .where('id', 'in', query.selectFrom(old.as('old')).select('id'))
    const [result] = await this.#database.commit([{ query: update.compile() }])
    return result?.affected ?? 0
  }

  /** Forgets files after their message was deleted or is gone. @returns how many */
  async forgetDeleted(limit: number): Promise<number> {
    const { query } = this.#database
    const gone = query
      .selectFrom('message_media')
      .leftJoin('message', (join) =>
        join
          .onRef('message.device_id', '=', 'message_media.device_id')
          .onRef('message.chat', '=', 'message_media.chat')
          .onRef('message.id', '=', 'message_media.message_id'),
      )
      .select('message_media.id as id')
      .where('message.body', 'is', null)
      .limit(limit)
    const remove = query.deleteFrom('message_media').where('id', 'in', query.selectFrom(gone.as('gone')).select('id'))
    const [result] = await this.#database.commit([{ query: remove.compile() }])
    return result?.affected ?? 0
  }
}

/** Files what is known of the files of chats under the addresses that count in place of theirs. */
export function moveMedia(
  { query }: Database,
  deviceId: string,
  chats: readonly string[],
  former: FormerAddresses,
): Statement[] {
  const counts = inPlaceOf(former, deviceId, 'message_media.chat')
  const doubled = sql`delete from message_media where device_id = ${deviceId} and chat in (${sql.join(chats)})
    and exists (select 1 from message_media filed where filed.device_id = ${deviceId}
      and filed.message_id = message_media.message_id and filed.chat = ${counts})`
  const move = sql`update message_media set chat = ${counts}
    where device_id = ${deviceId} and chat in (${sql.join(chats)})`
  return [{ query: doubled.compile(query) }, { query: move.compile(query) }]
}
