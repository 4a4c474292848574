import type { ChatTimer } from '@switchboard/engine'
import { type Selectable, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, joinFormer } from './former-addresses.ts'
import { pageBytes, rowsWithin } from './page-size.ts'
import { prepare, prepareWithLists } from './prepare.ts'
import type { ChatTable, ContactTable } from './schema.ts'
import { slices } from './slices.ts'

/** What a message in a chat changes of the chat. */
export interface Said {
  readonly id: string
  /** WhatsApp's time, Unix ms. */
  readonly at: number
  /** How many more messages are unread with it. */
  readonly unread: number
  /** It takes the chat out of the archive where the account wants that. */
  readonly unarchives?: boolean
}

/** What the phone's history says about a chat. */
export interface ChatHistory {
  readonly name?: string
  readonly unread: number
  readonly markedUnread: boolean
}

/** How the account's devices show a chat. */
export type ShownAs = Pick<Selectable<ChatTable>, 'archived' | 'pinned_at' | 'muted_until' | 'marked_unread'>

/** Place in the list of chats. */
export interface ChatPlace {
  readonly lastMessageAt: number
  readonly jid: string
}

const nameColumns = ['contact.full_name', 'contact.business_name', 'contact.push_name'] as const

/** A chat with what the other person is called. */
export type ListedChat = Selectable<ChatTable> & Pick<ContactTable, 'full_name' | 'business_name' | 'push_name'>

type BeginValues = Record<'deviceId' | 'jid' | 'name' | 'unread' | 'markedUnread' | 'now', unknown>
type SaidValues = Record<'deviceId' | 'jid' | 'id' | 'saidAt' | 'unread' | 'unarchives' | 'now', unknown>
type ReadValues = Record<'deviceId' | 'jid' | 'count' | 'now', unknown>
type TimerValues = Record<'deviceId' | 'jid' | 'seconds' | 'setAt' | 'at', unknown>

/** The `chat` table. A chat has a row from the first thing on that is known of it. */
export class ChatStore {
  readonly #database: Database
  readonly #setTimer: (values: TimerValues) => Statement['query']
  readonly #begin: (values: BeginValues) => Statement['query']
  readonly #said: (values: SaidValues) => Statement['query']
  readonly #read: (values: ReadValues) => Statement['query']
  readonly #known: (values: { deviceId: string }, lists: { jids: readonly string[] }) => Statement['query']

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
    this.#begin = prepare<BeginValues>(
      database.query,
      (value) => sql`insert into chat (device_id, jid, name, unread, marked_unread, created_at, updated_at)
        values (${value('deviceId')}, ${value('jid')}, ${value('name')}, ${value('unread')}, ${value('markedUnread')},
          ${value('now')}, ${value('now')})
        on conflict (device_id, jid) do update set name = coalesce(chat.name, excluded.name),
          unread = case when chat.unread > 0 then chat.unread else excluded.unread end,
          marked_unread = case when excluded.marked_unread = 1 then 1 else chat.marked_unread end
        where chat.last_message_at = 0`,
    )
    const newer = sql`excluded.last_message_at >= chat.last_message_at`
    const wanted = sql`exists (select 1 from account_setting s where s.device_id = chat.device_id
      and s.name = 'unarchive_chats' and s.value = '1')`
    this.#said = prepare<SaidValues>(
      database.query,
      (value) => sql`insert into chat (device_id, jid, last_message_id, last_message_at, unread, created_at, updated_at)
        values (${value('deviceId')}, ${value('jid')}, ${value('id')}, ${value('saidAt')}, ${value('unread')},
          ${value('now')}, ${value('now')})
        on conflict (device_id, jid) do update set
          last_message_id = case when ${newer} then excluded.last_message_id else chat.last_message_id end,
          last_message_at = case when ${newer} then excluded.last_message_at else chat.last_message_at end,
          archived = case when chat.archived = 1 and ${value('unarchives')} = 1 and ${wanted} then 0 else chat.archived end,
          unread = chat.unread + excluded.unread, updated_at = excluded.updated_at`,
    )
    const history = sql<number>`case when exists (select 1 from message m where m.device_id = chat.device_id
      and m.chat = chat.jid and m.source = 'history') then 1 else 0 end`
    this.#known = prepareWithLists(database.query, (value, list) =>
      database.query
        .selectFrom('chat')
        .select(['jid', history.as('has_history')])
        .where('device_id', '=', value('deviceId'))
        .where('jid', 'in', list('jids'))
        .where('last_message_at', '>', 0),
    )
    this.#read = prepare<ReadValues>(
      database.query,
      (value) => sql`update chat set updated_at = ${value('now')},
          unread = case when unread > ${value('count')} then unread - ${value('count')} else 0 end
        where device_id = ${value('deviceId')} and jid = ${value('jid')}`,
    )
  }

  /** Notes the timer of a chat, unless a newer one is known. It touches no row then. */
  setTimer(deviceId: string, jid: string, timer: Required<ChatTimer>, at: number): Statement {
    return { query: this.#setTimer({ deviceId, jid, seconds: timer.seconds, setAt: timer.setAt, at }) }
  }

  /** A message that people see was said in a chat. */
  said(deviceId: string, jid: string, { id, at, unread, unarchives }: Said, now: number): Statement {
    return { query: this.#said({ deviceId, jid, id, saidAt: at, unread, unarchives: unarchives ? 1 : 0, now }) }
  }

  /** So many of its messages were read. */
  read(deviceId: string, jid: string, count: number, now: number): Statement {
    return { query: this.#read({ deviceId, jid, count, now }) }
  }

  /** Adds what the phone's history says about a chat that was not known. */
  begin(deviceId: string, jid: string, history: ChatHistory, now: number): Statement {
    const { name = null, unread, markedUnread } = history
    const known = this.#name(deviceId, name)
    return { query: this.#begin({ deviceId, jid, name: known, unread, markedUnread: markedUnread ? 1 : 0, now }) }
  }

  /** Changes how a chat is shown. A chat of which nothing is known gets a row only when the change says something of it. */
  set(deviceId: string, jid: string, shown: Partial<ShownAs>, now: number): Statement {
    const { query } = this.#database
    const saysSomething = Object.values(shown).some((value) => value !== null && value !== 0)
    const values = { ...shown, updated_at: now }
    if (!saysSomething) {
      const update = query.updateTable('chat').set(values).where('device_id', '=', deviceId).where('jid', '=', jid)
      return { query: update.compile() }
    }
    const none = { name: null, last_message_id: null, expiry_seconds: null, expiry_set_at: null }
    const row = { ...none, pinned_at: null, muted_until: null, ...values, device_id: deviceId, jid, created_at: now }
    const insert = query
      .insertInto('chat')
      .values(row)
      .onConflict((conflict) => conflict.columns(['device_id', 'jid']).doUpdateSet(values))
    return { query: insert.compile() }
  }

  /** Looks again which message of a chat is the newest, and how many are unread: some are shown no more. */
  recount(deviceId: string, jid: string, now: number): Statement {
    const shown = sql`from message m where m.device_id = chat.device_id and m.chat = chat.jid and m.listed = 1`
    const newest = sql`order by m.sent_at desc, m.created_at desc, m.id desc limit 1`
    const update = sql`update chat set updated_at = ${now},
        last_message_id = (select m.id ${shown} ${newest}),
        last_message_at = coalesce((select m.sent_at ${shown} ${newest}), 0),
        unread = (select count(*) ${shown} and m.from_me = 0 and m.state = 'received')
      where device_id = ${deviceId} and jid = ${jid}`
    return { query: update.compile(this.#database.query) }
  }

  /** Takes a chat out of the list, unless something was said in it after that moment. */
  remove(deviceId: string, jid: string, upTo: number): Statement {
    const remove = this.#database.query
      .deleteFrom('chat')
      .where('device_id', '=', deviceId)
      .where('jid', '=', jid)
      .where('last_message_at', '<=', upTo)
    return { query: remove.compile() }
  }

  /** Gives a chat its name. */
  rename(deviceId: string, jid: string, name: string, now: number): Statement {
    const update = this.#database.query
      .updateTable('chat')
      .set({ name: this.#name(deviceId, name), updated_at: now })
      .where('device_id', '=', deviceId)
      .where('jid', '=', jid)
    return { query: update.compile() }
  }

  /** In which of these chats something was said, and whether the phone's history was among it. */
  async known(deviceId: string, jids: readonly string[]): Promise<{ jid: string; hasHistory: boolean }[]> {
    const inSlices = slices(jids).map((some) =>
      this.#database.query.executeQuery<{ jid: string; has_history: number }>(
        this.#known({ deviceId }, { jids: some }),
      ),
    )
    return (await Promise.all(inSlices))
      .flatMap(({ rows }) => rows)
      .map(({ jid, has_history }) => ({ jid, hasHistory: Number(has_history) === 1 }))
  }

  async find(deviceId: string, jid: string): Promise<ListedChat | undefined> {
    const select = this.#listed(deviceId).selectAll('chat').select(nameColumns)
    const row = await select.where('chat.jid', '=', jid).executeTakeFirst()
    return row && (await this.#opened([row]))[0]
  }

  #name(deviceId: string, name: string | null): string | null {
    return this.#database.content.sealedValue('chat', 'name', { device_id: deviceId }, name)
  }

  async #opened<Row extends ListedChat>(rows: readonly Row[]): Promise<Row[]> {
    const { content } = this.#database
    return content.opened('contact', await content.opened('chat', rows))
  }

  /** The chats with the newest messages first, without lists of recipients and the status. A page ends when it is full, by number or by the bytes of
   *  the newest messages. */
  async list(
    deviceId: string,
    { limit, after, bytes = pageBytes }: { limit: number; after?: ChatPlace; bytes?: number },
  ): Promise<{ rows: ListedChat[]; isLast: boolean }> {
    let select = this.#listed(deviceId).where('chat.jid', 'not like', '%@broadcast')
    if (after) {
      select = select.where((where) =>
        where(where.refTuple('last_message_at', 'chat.jid'), '<', where.tuple(after.lastMessageAt, after.jid)),
      )
    }
    const size =
      sql<number>`coalesce((select coalesce(octet_length(newest.text), 0) + coalesce(octet_length(newest.body), 0)
      from message newest where newest.device_id = chat.device_id and newest.chat = chat.jid
        and newest.id = chat.last_message_id), 0)`.as('size')
    const place = sql`last_message_at desc, jid desc`
    const inOrder = select.orderBy('last_message_at', 'desc').orderBy('chat.jid', 'desc')
    const sizes = inOrder.select(['last_message_at', 'chat.jid', size]).limit(limit)
    const rows = await inOrder
      .selectAll('chat')
      .select([...nameColumns, size])
      .limit(rowsWithin(sizes, place, bytes))
      .execute()
    const taken = rows.reduce((sum, row) => sum + Number(row.size), 0)
    return { rows: await this.#opened(rows), isLast: rows.length < limit && taken < bytes }
  }

  #listed(deviceId: string) {
    return this.#database.query
      .selectFrom('chat')
      .leftJoin('contact', (join) =>
        join.onRef('contact.device_id', '=', 'chat.device_id').onRef('contact.jid', '=', 'chat.jid'),
      )
      .where('chat.device_id', '=', deviceId)
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
      expiry_seconds, expiry_set_at, archived, pinned_at, muted_until, created_at, updated_at)
    select c.device_id, k.jid, c.name, c.last_message_id, c.last_message_at, c.unread, c.marked_unread,
      c.expiry_seconds, c.expiry_set_at, c.archived, c.pinned_at, c.muted_until, c.created_at, c.updated_at
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
