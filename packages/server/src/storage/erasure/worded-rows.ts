import { sql } from 'kysely'
import { holdings } from './holdings.ts'
import { opened } from './opened.ts'
import { type Removal, rowsAtOnce, type Scene } from './removal.ts'
import type { Mentions } from './subject.ts'

/** Columns that tell a row of a table from all others of its device. */
const keys: Readonly<Record<string, readonly string[]>> = {
  message_mark: ['chat', 'message_id', 'kind', 'sender'],
  idempotency: ['key'],
  act: ['key'],
  deferred_work: ['id'],
}

type Row = Readonly<Record<string, unknown>>

const isAbout = (mentions: Mentions, value: unknown): boolean => {
  if (typeof value === 'string') return mentions.inJson(value)
  return value instanceof Uint8Array && mentions.inBytes(value)
}

/** Rows with words about the subject: answers that are kept for repeats, notes of acts, work that waits. */
export async function* removeWordedRows(scene: Scene, mentions: Mentions): AsyncGenerator<Removal> {
  for (const [table, { how, words = [] }] of Object.entries(holdings)) {
    if (how === 'words') yield* removeFrom(scene, mentions, { table, words, key: keys[table]! })
  }
}

async function* removeFrom(
  { database, deviceId }: Scene,
  mentions: Mentions,
  { table, words, key }: { table: string; words: readonly string[]; key: readonly string[] },
): AsyncGenerator<Removal> {
  const order = sql.join(key.map((name) => sql.ref(name)))
  for (let after: Row | undefined; ; ) {
    const behind = after ? sql`and (${order}) > (${sql.join(key.map((name) => after![name]))})` : sql``
    const { rows } = await sql<Row>`select * from ${sql.table(table)}
      where device_id = ${deviceId} ${behind} order by ${order} limit ${rowsAtOnce}`.execute(database.query)
    const found = (await opened(database, table, rows)).filter((row) =>
      words.some((name) => isAbout(mentions, row[name])),
    )
    if (found.length > 0) {
      const statements = found.map((row) => {
        const isIt = sql.join(
          key.map((name) => sql`${sql.ref(name)} = ${row[name]}`),
          sql` and `,
        )
        const remove = sql`delete from ${sql.table(table)} where device_id = ${deviceId} and ${isIt}`
        return { query: remove.compile(database.query) }
      })
      yield { counts: { [table]: found.length }, statements }
    }
    if (rows.length < rowsAtOnce) return
    after = rows.at(-1)
  }
}
