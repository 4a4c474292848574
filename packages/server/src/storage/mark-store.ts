import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, joinFormer } from './former-addresses.ts'
import { prepare } from './prepare.ts'
import type { MessageMarkTable } from './schema.ts'
import { slices } from './slices.ts'

export type MarkRow = MessageMarkTable
export type MarkKind = MarkRow['kind']

/** The `message_mark` table: the newest that each person said about a message. It may know more than the messages: what a mark is about may come after it. */
export class MarkStore {
  readonly #database: Database
  readonly #put: (values: Record<keyof MarkRow, unknown>) => Statement['query']
  readonly #loose: (values: Record<'device' | 'chat' | 'message', unknown>) => Statement['query']

  constructor(database: Database) {
    this.#database = database
    this.#put = prepare<Record<keyof MarkRow, unknown>>(
      database.query,
      (value) => sql`insert into message_mark (device_id, chat, message_id, kind, sender, id, value, at)
        values (${value('device_id')}, ${value('chat')}, ${value('message_id')}, ${value('kind')}, ${value('sender')},
          ${value('id')}, ${value('value')}, ${value('at')})
        on conflict (device_id, chat, message_id, kind, sender)
        do update set id = excluded.id, value = excluded.value, at = excluded.at
        where message_mark.at <= excluded.at and message_mark.id <> excluded.id`,
    )
    this.#loose = prepare<Record<'device' | 'chat' | 'message', unknown>>(
      database.query,
      (value) => sql`select 1 as free where not exists (select 1 from message_mark
          where device_id = ${value('device')} and chat = ${value('chat')} and message_id = ${value('message')})
        and not exists (select 1 from message_receipt
          where device_id = ${value('device')} and chat = ${value('chat')} and message_id = ${value('message')})
        and not exists (select 1 from message
          where device_id = ${value('device')} and chat = ${value('chat')} and id = ${value('message')})`,
    )
  }

  /** Notes what somebody said last. `newer` makes the error when something newer is known, or this already. */
  put(mark: MarkRow, newer: () => Error): Statement {
    return { query: this.#sealedPut(mark), orElse: newer }
  }

  /** The same; nothing happens when something newer is known. */
  putIfNewer(mark: MarkRow): Statement {
    return { query: this.#sealedPut(mark) }
  }

  #sealedPut(mark: MarkRow): Statement['query'] {
    return this.#put({ ...this.#database.content.sealed('message_mark', mark) })
  }

  /** Takes what was known of a person under another address away, or what a deleted message no longer shows. */
  drop(
    deviceId: string,
    chat: string,
    messageId: string,
    of: { kinds?: readonly MarkKind[]; sender?: string },
  ): Statement {
    let remove = this.#database.query
      .deleteFrom('message_mark')
      .where('device_id', '=', deviceId)
      .where('chat', '=', chat)
      .where('message_id', '=', messageId)
    if (of.kinds) remove = remove.where('kind', 'in', of.kinds)
    if (of.sender !== undefined) remove = remove.where('sender', '=', of.sender)
    return { query: remove.compile() }
  }

  /** Holds as long as nothing at all is known of a message: neither itself, nor marks, nor receipts. `known` makes the error otherwise. */
  unheardOf(deviceId: string, chat: string, messageId: string, known: () => Error): Statement {
    return { query: this.#loose({ device: deviceId, chat, message: messageId }), orElse: known }
  }

  /** What is known about messages, newest last. @param chats addresses of their chats */
  async find(deviceId: string, chats: readonly string[], messageIds: readonly string[]): Promise<MarkRow[]> {
    const inSlices = slices(messageIds).flatMap((ids) =>
      slices(chats).map((some) =>
        this.#database.query
          .selectFrom('message_mark')
          .selectAll()
          .where('device_id', '=', deviceId)
          .where('chat', 'in', some)
          .where('message_id', 'in', ids)
          .orderBy('at')
          .execute(),
      ),
    )
    return this.#database.content.opened('message_mark', (await Promise.all(inSlices)).flat())
  }
}

/** Files marks of chats under the addresses that count in place of theirs. */
export function moveMarks(
  { query }: Database,
  deviceId: string,
  chats: readonly string[],
  former: FormerAddresses,
): Statement[] {
  const move = sql`insert into message_mark (device_id, chat, message_id, kind, sender, id, value, at)
    select m.device_id, k.jid, m.message_id, m.kind, case when m.sender = m.chat then k.jid else m.sender end, m.id, m.value, m.at
    from message_mark m ${joinFormer(former, 'm.device_id', 'm.chat')}
    where m.device_id = ${deviceId} and m.chat in (${sql.join(chats)})
      and not exists (select 1 from message_mark newer where newer.device_id = m.device_id and newer.chat = m.chat
        and newer.message_id = m.message_id and newer.kind = m.kind
        and ((m.sender = m.chat and newer.sender = k.jid and newer.at >= m.at)
          or (m.sender = k.jid and newer.sender = m.chat and newer.at > m.at)))
    on conflict (device_id, chat, message_id, kind, sender)
    do update set id = excluded.id, value = excluded.value, at = excluded.at where message_mark.at <= excluded.at`
  const forget = query.deleteFrom('message_mark').where('device_id', '=', deviceId).where('chat', 'in', chats)
  return [{ query: move.compile(query) }, { query: forget.compile() }]
}
