import type pg from 'pg'
import { atOneMoment } from '../dialects/postgres/at-one-moment.ts'
import { backupTables, conditionOfKey } from './backup-tables.ts'
import { orderOf, type Snapshot } from './snapshot.ts'

const rowsAtOnce = 500

/** One transaction that sees one moment. */
export const takePostgresSnapshot = (uri: string): Promise<Snapshot> =>
  atOneMoment(uri, 'switchboard-backup', async (client) => {
    const columns = await columnsIn(client)
    // Tables of other programs in the same schema are none of ours.
    const own = [...columns.keys()].filter(
      (name) => !/^(whatsmeow_|wa_webhook)|^(devices|api_keys|device_routing)$/.test(name),
    )
    return snapshotOf(client, backupTables(own), columns)
  })

/** Columns of each table. A partition is no table of its own. */
async function columnsIn(client: pg.Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    select c.relname as name, array_agg(a.attname::text) as columns from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    group by c.relname`)
  return new Map(rows.map((row) => [row.name, row.columns]))
}

function snapshotOf(
  client: pg.Client,
  tables: readonly string[],
  columns: ReadonlyMap<string, readonly string[]>,
): Snapshot {
  return {
    tables,
    async *rows(table, apiKeyId) {
      const condition = apiKeyId === undefined ? 'true' : conditionOfKey(table, columns.get(table) ?? [])
      if (condition === undefined) return
      // A statement that declares a cursor takes no values; this one is a number.
      const where = condition.replaceAll('?', String(Number(apiKeyId)))
      await client.query(
        `declare rows_of no scroll cursor for select * from "${table}" where ${where}${orderOf(table)}`,
      )
      for (;;) {
        const { rows } = await client.query(`fetch ${rowsAtOnce} from rows_of`)
        if (rows.length === 0) break
        yield rows
      }
      await client.query('close rows_of')
    },
    async schema() {
      const { rows } = await client.query<{ number: number }>('select number from schema_migration order by number')
      return rows.map(({ number }) => number).join()
    },
    close: () => client.end(),
  }
}
