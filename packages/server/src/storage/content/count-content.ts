import { sql } from 'kysely'
import type { Database } from '../database.ts'
import { type ContentTable, contentColumns, contentOf } from './content-columns.ts'
import { storedForms } from './stored-form.ts'

export interface ContentCount {
  readonly table: ContentTable
  /** Rows with something that people wrote in clear, and rows with something that is sealed: a row may be both. */
  readonly clear: number
  readonly sealed: number
}

/** How much of what people wrote is sealed. Reads all of it. */
export async function countContent({ query, dialect }: Pick<Database, 'query' | 'dialect'>): Promise<ContentCount[]> {
  const form = storedForms[dialect]
  const counts: ContentCount[] = []
  for (const table of Object.keys(contentColumns) as ContentTable[]) {
    const columns = Object.entries(contentOf(table).columns)
    const any = (what: 'clear' | 'sealed') =>
      sql.join(
        columns.map(([column, kind]) => form[what](kind, sql.ref(column))),
        sql` or `,
      )
    const count = (what: 'clear' | 'sealed') => sql`sum(case when ${any(what)} then 1 else 0 end)`
    const { rows } = await sql<Record<'clear' | 'sealed', number | null>>`select ${count('clear')} as clear,
      ${count('sealed')} as sealed from ${sql.table(table)}`.execute(query)
    counts.push({ table, clear: Number(rows[0]?.clear ?? 0), sealed: Number(rows[0]?.sealed ?? 0) })
  }
  return counts
}
