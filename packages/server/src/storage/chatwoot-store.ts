import { type Selectable, sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import type { ChatwootBridgeTable, ChatwootChatTable, ChatwootSendTable } from './schema.ts'

/** The bridge of a device to an inbox of Chatwoot. Instants are Unix ms. */
export interface StoredBridge {
  readonly deviceId: string
  readonly url: string
  readonly accountId: number
  readonly inboxId: number
  readonly inboxName: string
  readonly tokenSealed: Uint8Array
  readonly hookHash: Uint8Array
  readonly options: string
  readonly paused: string | null
  readonly position: number
  readonly toChatwoot: number
  readonly toWhatsApp: number
  readonly failed: number
  readonly lastError: string | null
  readonly lastErrorAt: number | null
}

/** What came of carrying events over. */
export interface Progress {
  /** Up to here the log has been carried over; undefined: no further than before. */
  readonly position?: number
  readonly toChatwoot?: number
  readonly toWhatsApp?: number
  readonly failed?: number
  readonly error?: string | undefined
}

/** A chat as Chatwoot knows it. */
export interface BridgedChat {
  readonly jid: string
  readonly lid: string | null
  readonly name: string | null
  readonly contactId: number
  readonly sourceId: string | null
  readonly conversationId: number | null
}

export interface AgentSend {
  readonly chatwootId: number
  readonly kind: ChatwootSendTable['kind']
  readonly conversationId: number
  readonly payload: string
  readonly state: ChatwootSendTable['state']
  readonly reason: string | null
  readonly attempts: number
  readonly dueAt: number
  readonly createdAt: number
}

const missing = () => new AppError('chatwoot_not_found')

const bridgeOf = (row: Selectable<ChatwootBridgeTable>): StoredBridge => ({
  deviceId: row.device_id,
  url: row.url,
  accountId: Number(row.account_id),
  inboxId: Number(row.inbox_id),
  inboxName: row.inbox_name,
  tokenSealed: row.token_sealed,
  hookHash: row.hook_hash,
  options: row.options,
  paused: row.paused,
  position: Number(row.position),
  toChatwoot: Number(row.to_chatwoot),
  toWhatsApp: Number(row.to_whatsapp),
  failed: Number(row.failed),
  lastError: row.last_error,
  lastErrorAt: row.last_error_at === null ? null : Number(row.last_error_at),
})

const chatOf = (row: ChatwootChatTable): BridgedChat => ({
  jid: row.jid,
  lid: row.lid,
  name: row.name,
  contactId: Number(row.contact_id),
  sourceId: row.source_id,
  conversationId: row.conversation_id === null ? null : Number(row.conversation_id),
})

const sendOf = (row: Selectable<ChatwootSendTable>): AgentSend => ({
  chatwootId: Number(row.chatwoot_id),
  kind: row.kind,
  conversationId: Number(row.conversation_id),
  payload: row.payload,
  state: row.state,
  reason: row.reason,
  attempts: row.attempts,
  dueAt: Number(row.due_at),
  createdAt: Number(row.created_at),
})

/** The `chatwoot_bridge`, `chatwoot_chat` and `chatwoot_send` tables. */
export class ChatwootStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async bridge(deviceId: string): Promise<StoredBridge | undefined> {
    const row = await this.#bridges().where('device_id', '=', deviceId).executeTakeFirst()
    return row && bridgeOf(row)
  }

  async bridgeOfHook(hookHash: Uint8Array): Promise<StoredBridge | undefined> {
    const row = await this.#bridges().where('hook_hash', '=', hookHash).executeTakeFirst()
    return row && bridgeOf(row)
  }

  /** The device that has an inbox. */
  async ownerOf({ url, accountId, inboxId }: Pick<StoredBridge, 'url' | 'accountId' | 'inboxId'>) {
    const row = await this.#bridges()
      .where('url', '=', url)
      .where('account_id', '=', accountId)
      .where('inbox_id', '=', inboxId)
      .executeTakeFirst()
    return row?.device_id
  }

  /** Devices that have a bridge: all, or some of these. */
  async devices(among?: readonly string[]): Promise<string[]> {
    const select = this.#database.query.selectFrom('chatwoot_bridge').select('device_id')
    const rows = await (among ? select.where('device_id', 'in', among) : select).execute()
    return rows.map(({ device_id }) => device_id)
  }

  /** Number of the last event of the device. */
  async lastEvent(deviceId: string): Promise<number> {
    const { query } = this.#database
    const row = await query.selectFrom('device').select('event_seq').where('id', '=', deviceId).executeTakeFirst()
    return Number(row?.event_seq ?? 0)
  }

  /** Makes the bridge of a device, or points it elsewhere. What was linked stays where the inbox does. What happened before is not carried over. */
  async save(
    bridge: Omit<
      StoredBridge,
      'paused' | 'position' | 'toChatwoot' | 'toWhatsApp' | 'failed' | 'lastError' | 'lastErrorAt'
    >,
    at: number,
    noted: readonly Statement[] = [],
  ): Promise<void> {
    const { query } = this.#database
    const { deviceId, url, accountId, inboxId, inboxName, tokenSealed, hookHash, options } = bridge
    const elsewhere = sql`delete from chatwoot_bridge where device_id = ${deviceId}
      and not (url = ${url} and account_id = ${accountId} and inbox_id = ${inboxId})`
    const insert = sql`insert into chatwoot_bridge
      (device_id, url, account_id, inbox_id, inbox_name, token_sealed, hook_hash, options, position, created_at, updated_at)
      select ${deviceId}, ${url}, ${accountId}, ${inboxId}, ${inboxName}, ${tokenSealed}, ${hookHash}, ${options},
        event_seq, ${at}, ${at} from device where id = ${deviceId}
      on conflict (device_id) do update set inbox_name = excluded.inbox_name, token_sealed = excluded.token_sealed,
        hook_hash = excluded.hook_hash, options = excluded.options, paused = null, updated_at = excluded.updated_at`
    const missingDevice = () => new AppError('device_not_found')
    const stored = { query: insert.compile(query), orElse: missingDevice }
    await this.#database.commit([{ query: elsewhere.compile(query) }, stored, ...noted], { lane: deviceId })
  }

  /** @throws AppError chatwoot_not_found */
  async change(
    deviceId: string,
    change: Partial<Pick<StoredBridge, 'options' | 'paused' | 'tokenSealed' | 'lastError'>>,
    at: number,
    noted: readonly Statement[] = [],
  ): Promise<void> {
    const { options, paused, tokenSealed, lastError } = change
    const update = this.#database.query
      .updateTable('chatwoot_bridge')
      .set({
        updated_at: at,
        ...(options !== undefined && { options }),
        ...(paused !== undefined && { paused }),
        ...(tokenSealed && { token_sealed: tokenSealed }),
        ...(lastError !== undefined && { last_error: lastError, last_error_at: at }),
      })
      .where('device_id', '=', deviceId)
    await this.#database.commit([{ query: update.compile(), orElse: missing }, ...noted], { lane: deviceId })
  }

  /** @throws AppError chatwoot_not_found, also when the bridge leads elsewhere by now */
  progress(
    { deviceId, inboxId }: Pick<StoredBridge, 'deviceId' | 'inboxId'>,
    progress: Progress,
    at: number,
  ): Statement {
    const { position, toChatwoot = 0, toWhatsApp = 0, failed = 0, error } = progress
    const update = this.#database.query
      .updateTable('chatwoot_bridge')
      .set((column) => ({
        ...(position !== undefined && { position }),
        to_chatwoot: column('to_chatwoot', '+', toChatwoot),
        to_whatsapp: column('to_whatsapp', '+', toWhatsApp),
        failed: column('failed', '+', failed),
        ...(error !== undefined && { last_error: error, last_error_at: at }),
      }))
      .where('device_id', '=', deviceId)
      .where('inbox_id', '=', inboxId)
    return { query: update.compile(), orElse: missing }
  }

  /** @throws AppError chatwoot_not_found */
  async remove(deviceId: string, noted: readonly Statement[] = []): Promise<void> {
    const remove = this.#database.query.deleteFrom('chatwoot_bridge').where('device_id', '=', deviceId)
    await this.#database.commit([{ query: remove.compile(), orElse: missing }, ...noted], { lane: deviceId })
  }

  /** The chats that have one of these addresses: more than one where it was not known yet that they are one person. */
  async chats(deviceId: string, addresses: readonly string[]): Promise<BridgedChat[]> {
    const rows = await this.#database.query
      .selectFrom('chatwoot_chat')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where((on) => on.or([on('jid', 'in', addresses), on('lid', 'in', addresses)]))
      .orderBy('jid')
      .execute()
    return (await this.#database.content.opened('chatwoot_chat', rows)).map(chatOf)
  }

  /** The chat of a conversation, else that of its contact: the conversation may be an older one. */
  async chatOf(
    deviceId: string,
    { conversationId, contactId }: { readonly conversationId: number; readonly contactId: number | undefined },
  ): Promise<BridgedChat | undefined> {
    const rows = await this.#database.query
      .selectFrom('chatwoot_chat')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where((on) => on.or([on('conversation_id', '=', conversationId), on('contact_id', '=', contactId ?? -1)]))
      .execute()
    const chats = (await this.#database.content.opened('chatwoot_chat', rows)).map(chatOf)
    return chats.find((chat) => chat.conversationId === conversationId) ?? chats[0]
  }

  /** Stores a chat in the place of those that it was known as. Its messages come along. */
  async keepChat(deviceId: string, chat: BridgedChat, before: readonly string[], at: number): Promise<void> {
    const { query } = this.#database
    const former = before.filter((jid) => jid !== chat.jid)
    const row = {
      ...{ device_id: deviceId, jid: chat.jid, lid: chat.lid, name: chat.name, contact_id: chat.contactId },
      ...{ source_id: chat.sourceId, conversation_id: chat.conversationId, updated_at: at },
    }
    const sealed = this.#database.content.sealed('chatwoot_chat', row)
    const put = query
      .insertInto('chatwoot_chat')
      .values(sealed)
      .onConflict((conflict) => conflict.columns(['device_id', 'jid']).doUpdateSet(sealed))
    const moves = former.flatMap((jid) => [
      query.deleteFrom('chatwoot_chat').where('device_id', '=', deviceId).where('jid', '=', jid).compile(),
      sql`update chatwoot_link set chat = ${chat.jid} where device_id = ${deviceId} and chat = ${jid}
        and not exists (select 1 from chatwoot_link there where there.device_id = chatwoot_link.device_id
          and there.message_id = chatwoot_link.message_id and there.chat = ${chat.jid})`.compile(query),
    ])
    const unit = [...moves, put.compile()].map((query) => ({ query }))
    await this.#database.commit(unit, { lane: deviceId })
  }

  async forgetChat(deviceId: string, jid: string): Promise<void> {
    const remove = this.#database.query
      .deleteFrom('chatwoot_chat')
      .where('device_id', '=', deviceId)
      .where('jid', '=', jid)
    await this.#database.commit([{ query: remove.compile() }], { lane: deviceId })
  }

  /** Notes what an agent did. `known` makes the error when it was noted before. */
  addSend(
    deviceId: string,
    send: Pick<AgentSend, 'chatwootId' | 'kind' | 'conversationId' | 'payload'>,
    at: number,
    known: () => Error,
  ): Statement {
    const insert = this.#database.query
      .insertInto('chatwoot_send')
      .values({
        ...this.#database.content.sealed('chatwoot_send', {
          ...{ device_id: deviceId, chatwoot_id: send.chatwootId, kind: send.kind, payload: send.payload },
        }),
        ...{ conversation_id: send.conversationId, state: 'waiting', reason: null, due_at: at, created_at: at },
      })
      .onConflict((conflict) => conflict.columns(['device_id', 'chatwoot_id', 'kind']).doNothing())
    return { query: insert.compile(), orElse: known }
  }

  /** What waits, in the order in which agents did it. */
  async waiting(deviceId: string, limit: number): Promise<AgentSend[]> {
    const rows = await this.#database.query
      .selectFrom('chatwoot_send')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('state', '!=', 'done')
      .orderBy('chatwoot_id')
      .orderBy('kind', 'desc')
      .limit(limit)
      .execute()
    return (await this.#database.content.opened('chatwoot_send', rows)).map(sendOf)
  }

  async waitingCount(deviceId: string): Promise<number> {
    const row = await this.#database.query
      .selectFrom('chatwoot_send')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('device_id', '=', deviceId)
      .where('state', '!=', 'done')
      .executeTakeFirst()
    return Number(row?.count ?? 0)
  }

  changeSend(
    deviceId: string,
    { chatwootId, kind }: Pick<AgentSend, 'chatwootId' | 'kind'>,
    change: Partial<Pick<AgentSend, 'state' | 'reason' | 'attempts' | 'dueAt' | 'payload'>>,
  ): Statement {
    const { state, reason, attempts, dueAt, payload } = change
    const row = { device_id: deviceId, chatwoot_id: chatwootId, kind }
    const update = this.#database.query
      .updateTable('chatwoot_send')
      .set({
        ...(state && { state }),
        ...(reason !== undefined && { reason }),
        ...(attempts !== undefined && { attempts }),
        ...(dueAt !== undefined && { due_at: dueAt }),
        ...(payload !== undefined && {
          payload: this.#database.content.sealedValue('chatwoot_send', 'payload', row, payload),
        }),
      })
      .where('device_id', '=', deviceId)
      .where('chatwoot_id', '=', chatwootId)
      .where('kind', '=', kind)
    return { query: update.compile() }
  }

  /** Forgets what was done before an instant: nobody repeats it any more. */
  async purge(before: number): Promise<void> {
    const gone = sql`delete from chatwoot_send where state = 'done' and created_at < ${before}`
    await this.#database.commit([{ query: gone.compile(this.#database.query) }])
  }

  #bridges() {
    return this.#database.query.selectFrom('chatwoot_bridge').selectAll()
  }
}
