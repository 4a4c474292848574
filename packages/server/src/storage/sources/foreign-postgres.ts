import type pg from 'pg'
import { atOneMoment } from '../dialects/postgres/at-one-moment.ts'
import { type ForeignDatabase, quoted } from './foreign-database.ts'

export const openForeignPostgres = (uri: string): Promise<ForeignDatabase> =>
  atOneMoment(uri, 'switchboard-import', foreignDatabase)

function foreignDatabase(client: pg.Client): ForeignDatabase {
  const hasTable = async (name: string): Promise<boolean> => {
    const found = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [quoted(name)])
    return found.rows[0]?.found === true
  }
  return {
    files: [],
    hasTable,
    async rows(table, column, value) {
      if (!(await hasTable(table))) return []
      const where = column === undefined ? '' : ` where ${quoted(column)} = $1`
      const { rows } = await client.query(`select * from ${quoted(table)}${where}`, column === undefined ? [] : [value])
      return rows
    },
    async connected() {
      const others = await client.query<{ count: number }>(`select count(*) as count from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and coalesce(backend_type, 'client backend') = 'client backend'
          and coalesce(application_name, '') not like 'switchboard%'`)
      return others.rows[0]?.count ?? 0
    },
    close: () => client.end(),
  }
}
