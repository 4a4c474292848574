/** Tables that others point to, before those. All others point to these alone. */
const first = ['api_key', 'device', 'access_key', 'webhook', 'chatwoot_bridge']

/** What belongs to running processes and browsers, and not to customers. */
const leftOut: ReadonlySet<string> = new Set([
  ...['schema_migration', 'commit_mark', 'node', 'lease', 'console_session'],
  ...['change', 'ticket', 'request_window', 'content_pass'],
])

/** The tables of a backup, in an order in which their rows can be inserted. */
export const backupTables = (names: readonly string[]): string[] => {
  const kept = names.filter((name) => !leftOut.has(name) && !name.startsWith('sqlite_'))
  const others = kept.filter((name) => !first.includes(name)).sort()
  return [...first.filter((name) => kept.includes(name)), ...others]
}

/** Tables with keys that the database gives out. */
export const serialTables: ReadonlySet<string> = new Set(['api_key', 'webhook', 'audit'])

const devices = 'select id from device where api_key_id = ?'

/** Which rows of a table belong to an API key, as a condition with a place for its id at each `?`; undefined where none do. */
export function conditionOfKey(table: string, columns: readonly string[]): string | undefined {
  const has = (column: string) => columns.includes(column)
  if (table === 'api_key') return 'id = ?'
  if (has('device_id') && has('api_key_id')) return `(api_key_id = ? or device_id in (${devices}))`
  if (has('api_key_id')) return 'api_key_id = ?'
  if (has('device_id')) return `device_id in (${devices})`
  return undefined
}
