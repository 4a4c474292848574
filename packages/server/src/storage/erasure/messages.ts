import { sql } from 'kysely'
import { ChatStore } from '../chat-store.ts'
import type { Statement } from '../database.ts'
import { opened } from './opened.ts'
import { countOf, isOfSubject, isOneOf, type Removal, rowsAtOnce, type Scene } from './removal.ts'
import type { Mentions } from './subject.ts'

/** The official account of WhatsApp, of which nobody is the owner: stands where a person stood. */
const nobodyJid = '0@s.whatsapp.net'

/** Ids of the subject's messages. */
export async function messageIds({ database, deviceId, subject }: Scene): Promise<Set<string>> {
  const ids = new Set<string>()
  for (let after = ''; ; ) {
    const { rows } = await sql<{ id: string }>`select distinct m.id from message m where m.device_id = ${deviceId}
      and m.id > ${after} and ${isOfSubject(subject)} order by m.id limit ${rowsAtOnce * 10}`.execute(database.query)
    for (const { id } of rows) ids.add(id)
    if (rows.length < rowsAtOnce * 10) return ids
    after = rows.at(-1)!.id
  }
}

interface SaidRow {
  readonly device_id: string
  readonly chat: string
  readonly id: string
  readonly text: string | null
  readonly body: Uint8Array | null
}

/** What others wrote about a person, or quoted of it: the words stay without its number, the protobuf with its name and its words goes. */
export async function* redactOthers(
  { database, deviceId, subject }: Scene,
  mentions: Mentions,
): AsyncGenerator<Removal> {
  for (let after: SaidRow | undefined; ; ) {
    const behind = after ? sql`and (m.chat, m.id) > (${after.chat}, ${after.id})` : sql``
    const { rows } =
      await sql<SaidRow>`select m.device_id, m.chat, m.id, m.text, m.body from message m where m.device_id = ${deviceId}
      ${behind} and (m.text is not null or m.body is not null) and not ${isOfSubject(subject)}
      order by m.chat, m.id limit ${rowsAtOnce}`.execute(database.query)
    const statements = (await opened(database, 'message', rows)).flatMap((row) => redaction(database, row, mentions))
    if (statements.length > 0) yield { counts: { message_redacted: statements.length }, statements }
    if (rows.length < rowsAtOnce) return
    after = rows.at(-1)
  }
}

function redaction({ query, content }: Scene['database'], row: SaidRow, mentions: Mentions): Statement[] {
  const { device_id: deviceId, chat, id, text, body } = row
  const [inText, inBody] = [text !== null && mentions.inText(text), body !== null && mentions.inBytes(body)]
  if (!inText && !inBody) return []
  const words =
    inText && content.sealedValue('message', 'text', { device_id: deviceId, id }, mentions.without(text as string))
  const change = query
    .updateTable('message')
    .set({ ...(inText && { text: words as string }), ...(inBody && { body: null }) })
    .where('device_id', '=', deviceId)
    .where('chat', '=', chat)
    .where('id', '=', id)
  return [{ query: change.compile() }]
}

/** Who took others' messages back. */
export async function* forgetDeleters({ database, deviceId, subject }: Scene): AsyncGenerator<Removal> {
  const theirs = sql`where device_id = ${deviceId} and ${isOneOf('deleted_by', subject.addresses)}`
  const count = await countOf(database, sql`from message ${theirs}`)
  if (count === 0) return
  const change = sql`update message set deleted_by = ${nobodyJid} ${theirs}`
  yield { counts: { message_redacted: count }, statements: [{ query: change.compile(database.query) }] }
}

/** The messages themselves, last: all else is found by them. What is left of a chat is counted again. */
export async function* removeMessages({ database, deviceId, subject }: Scene, now: number): AsyncGenerator<Removal> {
  const chats = new ChatStore(database)
  for (;;) {
    const { rows } = await sql<{ chat: string; id: string }>`select m.chat, m.id from message m
      where m.device_id = ${deviceId} and ${isOfSubject(subject)} order by m.chat, m.id limit ${rowsAtOnce}`.execute(
      database.query,
    )
    if (rows.length === 0) return
    const statements = [...Map.groupBy(rows, ({ chat }) => chat)].map(([chat, some]) => {
      const remove = database.query
        .deleteFrom('message')
        .where('device_id', '=', deviceId)
        .where('chat', '=', chat)
        .where(
          'id',
          'in',
          some.map(({ id }) => id),
        )
      return { query: remove.compile() }
    })
    const left = [...new Set(rows.map(({ chat }) => chat))].filter((chat) => !subject.addresses.includes(chat))
    yield {
      counts: { message: rows.length },
      statements: [...statements, ...left.map((chat) => chats.recount(deviceId, chat, now))],
    }
  }
}
