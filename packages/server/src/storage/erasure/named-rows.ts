import { type RawBuilder, sql } from 'kysely'
import { type Holding, holdings } from './holdings.ts'
import { countOf, isOfSubject, isOneOf, type Removal, type Scene } from './removal.ts'

/** What is cancelled with a row, in the words of the answer. */
const cancelled: Readonly<Record<string, { readonly name: string; readonly unless?: RawBuilder<unknown> }>> = {
  send_intent: { name: 'cancelled_sends' },
  due_send: { name: 'cancelled_sends' },
  proposal: { name: 'cancelled_proposals', unless: sql`proposal.state <> 'pending'` },
}

/** Whether a row of a table names the subject, by address or by one of its messages. */
export const namesSubject = (table: string, holding: Holding, { subject }: Pick<Scene, 'subject'>) => {
  const { chat = [], person = [], message = [] } = holding
  const named = subject.kind === 'chat' ? chat : [...chat, ...person]
  const byAddress = named.map((column) => isOneOf(`${table}.${column}`, subject.addresses))
  // What has the chat of its message is found by that already, unless the message counts for the person who wrote it.
  const isTold = subject.kind === 'chat' && chat.length > 0
  const byMessage = isTold
    ? []
    : message.map((column) => {
        const inItsChat = chat.length > 0 ? sql`and m.chat = ${sql.ref(`${table}.${chat[0]}`)}` : sql``
        return sql<boolean>`exists (select 1 from message m where m.device_id = ${sql.ref(`${table}.device_id`)}
          and m.id = ${sql.ref(`${table}.${column}`)} ${inItsChat} and ${isOfSubject(subject)})`
      })
  const ways = [...byAddress, ...byMessage]
  return ways.length > 0 ? sql<boolean>`(${sql.join(ways, sql` or `)})` : undefined
}

/** Rows that name the subject, of every table where nothing more is to be done. */
export async function* removeNamedRows(scene: Scene): AsyncGenerator<Removal> {
  const { database, deviceId } = scene
  for (const [table, holding] of Object.entries(holdings)) {
    if (holding.how !== 'rows' && holding.how !== 'words') continue
    const names = namesSubject(table, holding, scene)
    if (!names) continue
    const rows = sql`from ${sql.table(table)} where device_id = ${deviceId} and ${names}`
    const count = await countOf(database, rows)
    if (count === 0) continue
    const ends = cancelled[table]
    const ended = ends && (await countOf(database, ends.unless ? sql`${rows} and not (${ends.unless})` : rows))
    const counts = { [table]: count, ...(ends && ended && { [ends.name]: ended }) }
    yield { counts, statements: [{ query: sql`delete ${rows}`.compile(database.query) }] }
  }
}
