import { sql } from 'kysely'
import type { Database, Statement } from '../database.ts'
import { holdings } from './holdings.ts'
import { countOf } from './removal.ts'

/** How many rows there are of a device. */
export async function countDevice(database: Database, deviceId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [table, { of }] of Object.entries(holdings)) {
    if (of !== 'device' && of !== 'webhook') continue
    if (table === 'event_day' && database.dialect === 'sqlite') continue
    const column = table === 'device' ? 'id' : 'device_id'
    const n = await countOf(database, sql`from ${sql.table(table)} where ${sql.ref(column)} = ${deviceId}`)
    if (n > 0) counts[table] = n
  }
  return counts
}

/** What stays of a tenant although its key is gone: the proof that it was erased, and files until they are removed. */
const outlives: ReadonlySet<string> = new Set(['erasure', 'kept_file', 'api_key'])

const ofTenant = Object.entries(holdings).flatMap(([table, { of }]) =>
  of === 'tenant' && !outlives.has(table) ? [table] : [],
)

/** How many rows a tenant has besides those of its devices. */
export async function countTenant(database: Database, apiKeyId: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of ofTenant) {
    const n = await countOf(database, sql`from ${sql.table(table)} where api_key_id = ${apiKeyId}`)
    if (n > 0) counts[table] = n
  }
  return counts
}

/** Removes what refers to a tenant without belonging to its key: what it and others did, above all. */
export const removeTenantRows = ({ query }: Database, apiKeyId: number): Statement[] =>
  ofTenant.map((table) => ({
    query: sql`delete from ${sql.table(table)} where api_key_id = ${apiKeyId}`.compile(query),
  }))
