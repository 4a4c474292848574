import { sql } from 'kysely'
import { ChatStore } from './chat-store.ts'
import { type Cutoffs, devicesWithCutoff } from './cutoffs.ts'
import type { Database, Statement } from './database.ts'

const messagesAtOnce = 500

/** Chats of a device, also those that are in no list any more: each is found by a jump through the index. */
const chatsOf = (deviceId: string) => sql`chats(chat) as (
  select min(chat) from message where device_id = ${deviceId} union all
  select (select min(m.chat) from message m where m.device_id = ${deviceId} and m.chat > chats.chat) from chats
  where chats.chat is not null)`

/** Messages `m` that are old and do not wait to be sent. */
const isOld = (before: number) => sql`m.sent_at < ${before} and m.created_at < ${before}
  and not exists (select 1 from send_intent i where i.device_id = m.device_id and i.message_id = m.id)`

/** Deletes messages that are older than an instant, with what is known of them: marks, receipts, where their files are, labels. In small steps; events are
 *  kept for a time of their own. @param signal ends it after the current step */
export async function pruneMessages(
  database: Database,
  cutoffs: Cutoffs,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  for await (const { id, before } of devicesWithCutoff(database, cutoffs, signal)) {
    await pruneDevice(database, id, { before, now, signal })
  }
}

interface Age {
  readonly before: number
  readonly now: number
  readonly signal: AbortSignal | undefined
}

async function pruneDevice(database: Database, deviceId: string, age: Age): Promise<void> {
  const { rows } = await sql<{ chat: string }>`with recursive ${chatsOf(deviceId)} select chat from chats
    where chat is not null and exists (select 1 from message m where m.device_id = ${deviceId} and m.chat = chats.chat
      and ${isOld(age.before)})`.execute(database.query)
  for (const { chat } of rows) await pruneChat(database, deviceId, chat, age)
}

async function pruneChat(
  database: Database,
  deviceId: string,
  chat: string,
  { before, now, signal }: Age,
): Promise<void> {
  const chats = new ChatStore(database)
  while (!signal?.aborted) {
    const { rows } = await sql<{ id: string }>`select m.id from message m where m.device_id = ${deviceId}
      and m.chat = ${chat} and ${isOld(before)} order by m.sent_at, m.id limit ${messagesAtOnce}`.execute(
      database.query,
    )
    if (rows.length === 0) return
    const ids = rows.map(({ id }) => id)
    const unit = [...removeMessages(database, deviceId, chat, ids), chats.recount(deviceId, chat, now)]
    await database.commit(unit, { lane: deviceId, anywhere: true })
    if (rows.length < messagesAtOnce) return
  }
}

function removeMessages({ query }: Database, deviceId: string, chat: string, ids: readonly string[]): Statement[] {
  const ofMessages = (['message_mark', 'message_receipt', 'message_media', 'labeled_message'] as const).map(
    (table) => ({
      query: query
        .deleteFrom(table)
        .where('device_id', '=', deviceId)
        .where('chat', '=', chat)
        .where('message_id', 'in', ids)
        .compile(),
    }),
  )
  const themselves = query
    .deleteFrom('message')
    .where('device_id', '=', deviceId)
    .where('chat', '=', chat)
    .where('id', 'in', ids)
  return [...ofMessages, { query: themselves.compile() }]
}

/** How many messages of an API key would go. */
export async function countOldMessages({ query }: Database, apiKeyId: number, before: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from device d join message m on m.device_id = d.id
    where d.api_key_id = ${apiKeyId} and ${isOld(before)}`.execute(query)
  return Number(rows[0]?.n ?? 0)
}
