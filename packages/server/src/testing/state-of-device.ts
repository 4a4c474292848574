import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../storage/database.ts'

/** Tables that hold nothing of one device, or only how far its events were read by its API key. */
const common = new Set([
  'api_key',
  'audit',
  'commit_mark',
  'delivery_journal',
  'schema_migration',
  'key_log',
  'key_log_run',
  'key_log_device',
  'node',
  'lease',
  'change',
  'request_window',
  'ticket',
  'content_pass',
  // Counted in memory, and stored some seconds after what was counted.
  'safety_count',
])
/** What being connected, reading and loading change by themselves. */
const volatile = new Set([
  'device.last_active_at',
  'device.updated_at',
  'device.owner',
  'device.epoch',
  'access_key.last_used_at',
  // Stored together with the counts of safety, some seconds after the answer.
  'new_contact.answered_at',
])

/** Its own, and those of its API key. */
const webhooks = `(select w.id from webhook w join device d on w.scope in (d.id, 'key:' || d.api_key_id) where d.id = `

const ownership = (table: string, columns: readonly string[]): string => {
  if (table === 'device') return 'id = '
  if (table === 'webhook') return `id in ${webhooks}`
  if (columns.includes('device_id')) return 'device_id = '
  if (table === 'kept_file') return 'api_key_id in (select api_key_id from device where id = '
  if (columns.includes('webhook_id')) return `webhook_id in ${webhooks}`
  if (table === 'retention') return 'api_key_id in (select api_key_id from device where id = '
  throw new Error(`say in testing/state-of-device.ts whose the rows of ${table} are`)
}

const toText = (_name: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value

/** A hash of everything that is stored of a device, by table. A new table with a `device_id` is in it by itself. */
export const stateOfDevice = async ({ query }: Database, deviceId: string): Promise<Record<string, string>> => {
  const state: Record<string, string> = {}
  for (const { name, columns } of await query.introspection.getTables()) {
    if (common.has(name)) continue
    const names = columns.map((column) => column.name)
    const owned = ownership(name, names)
    const kept = sql.join(names.filter((column) => !volatile.has(`${name}.${column}`)).map((column) => sql.ref(column)))
    const where = sql`${sql.raw(owned)}${deviceId}${sql.raw(owned.includes('(') ? ')' : '')}`
    const { rows } = await sql`select ${kept} from ${sql.table(name)} where ${where}`.execute(query)
    const sorted = rows.map((row) => JSON.stringify(row, toText)).sort()
    state[name] = `${rows.length} rows, ${createHash('sha256').update(sorted.join('\n')).digest('hex').slice(0, 16)}`
  }
  return state
}
