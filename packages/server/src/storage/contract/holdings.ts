import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { type Holding, holdings } from '../erasure/holdings.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const columnsOf = ({ chat, person, message, words, plain }: Holding): string[] =>
  [chat, person, message, words, plain].flatMap((some) => some ?? [])

/** What the list of what is held promises of every database. */
export const holdingsContract = (open: OpenTestDatabase): void => {
  describe('the list of what is held', () => {
    it('has every table and every column, each once', async () => {
      const { query, dialect } = await open()
      const listed =
        dialect === 'sqlite'
          ? sql<{ table: string; column: string }>`select m.name as "table", c.name as "column"
              from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'`
          : sql<{
              table: string
              column: string
            }>`select c.relname as "table", a.attname::text as "column" from pg_class c
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`
      const { rows } = await listed.execute(query)
      const tables = Map.groupBy(rows, ({ table }) => table)
      for (const [table, columns] of tables) {
        const holding = holdings[table]
        assert.ok(holding, `say in storage/erasure/holdings.ts what ${table} holds, and what goes with a person`)
        const known = columnsOf(holding)
        const missing = columns.flatMap(({ column }) => (known.includes(column) ? [] : [column]))
        assert.deepEqual(missing, [], `say in storage/erasure/holdings.ts what these columns of ${table} hold`)
        assert.deepEqual(known, [...new Set(known)], table)
        if (holding.how === 'stays') assert.ok(holding.why, `say why all of ${table} stays`)
        const owner = { device: 'device_id', tenant: 'api_key_id', webhook: 'webhook_id', server: undefined }[
          holding.of
        ]
        const isItself = table === 'device' || table === 'api_key'
        assert.ok(isItself || owner === undefined || known.includes(owner), `${table} has no ${owner}`)
      }
      // What one database alone has is in the list all the same.
      if (dialect === 'postgres') assert.deepEqual([...tables.keys()].sort(), Object.keys(holdings).sort())
    })
  })
}
