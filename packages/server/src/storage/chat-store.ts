import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, joinFormer } from './former-addresses.ts'
import { prepare } from './prepare.ts'
import type { ChatTable } from './schema.ts'

/** How long messages of a chat stay. */
export interface ChatTimer {
  /** 0: for ever. */
  readonly seconds: number
  /** WhatsApp's time of the setting, Unix ms. */
  readonly setAt: number
}

type TimerValues = Record<'deviceId' | 'jid' | 'seconds' | 'setAt' | 'at', unknown>

/** The `chat` table. A chat has a row from the first thing on that is known of it. */
export class ChatStore {
  readonly #database: Database
  readonly #setTimer: (values: TimerValues) => Statement['query']

  constructor(database: Database) {
    this.#database = database
    this.#setTimer = prepare<TimerValues>(
      database.query,
      (value) => sql`insert into chat (device_id, jid, expiry_seconds, expiry_set_at, created_at, updated_at)
        values (${value('deviceId')}, ${value('jid')}, ${value('seconds')}, ${value('setAt')}, ${value('at')}, ${value('at')})
        on conflict (device_id, jid) do update set expiry_seconds = excluded.expiry_seconds,
          expiry_set_at = excluded.expiry_set_at, updated_at = excluded.updated_at
        where chat.expiry_set_at is null or chat.expiry_set_at <= excluded.expiry_set_at`,
    )
  }

  /** Notes the timer of a chat, unless a newer one is known. It touches no row then. */
  setTimer(deviceId: string, jid: string, timer: ChatTimer, at: number): Statement {
    return { query: this.#setTimer({ deviceId, jid, seconds: timer.seconds, setAt: timer.setAt, at }) }
  }

  async find(deviceId: string, jid: string): Promise<ChatTable | undefined> {
    return this.#database.query
      .selectFrom('chat')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('jid', '=', jid)
      .executeTakeFirst() as Promise<ChatTable | undefined>
  }
}

/** Makes one chat of two that turned out to be the same: what was known under these addresses goes to those that count in their place. */
export function mergeChats(
  { query }: Database,
  deviceId: string,
  chats: readonly string[],
  former: FormerAddresses,
): Statement[] {
  const newer = sql`excluded.last_message_at > chat.last_message_at`
  const later = sql`chat.expiry_set_at is null or excluded.expiry_set_at > chat.expiry_set_at`
  const merge = sql`insert into chat (device_id, jid, name, last_message_id, last_message_at, unread, marked_unread,
      expiry_seconds, expiry_set_at, archived, pinned_at, muted_until, labels, created_at, updated_at)
    select c.device_id, k.jid, c.name, c.last_message_id, c.last_message_at, c.unread, c.marked_unread,
      c.expiry_seconds, c.expiry_set_at, c.archived, c.pinned_at, c.muted_until, c.labels, c.created_at, c.updated_at
    from chat c ${joinFormer(former, 'c.device_id', 'c.jid')}
    where c.device_id = ${deviceId} and c.jid in (${sql.join(chats)})
    on conflict (device_id, jid) do update set
      name = coalesce(chat.name, excluded.name),
      last_message_id = case when ${newer} then excluded.last_message_id else chat.last_message_id end,
      last_message_at = case when ${newer} then excluded.last_message_at else chat.last_message_at end,
      unread = chat.unread + excluded.unread,
      expiry_seconds = case when ${later} then excluded.expiry_seconds else chat.expiry_seconds end,
      expiry_set_at = case when ${later} then excluded.expiry_set_at else chat.expiry_set_at end`
  const forget = query.deleteFrom('chat').where('device_id', '=', deviceId).where('jid', 'in', chats)
  return [{ query: merge.compile(query) }, { query: forget.compile() }]
}
