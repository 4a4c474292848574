export type BackupRow = Readonly<Record<string, unknown>>

/** A database as it was at one moment, whoever changes it meanwhile. */
export interface Snapshot {
  /** Names of all tables. */
  readonly tables: readonly string[]
  /** Rows of a table in a lasting order, some at a time. @param apiKeyId only what belongs to it; a table without such has none */
  rows(table: string, apiKeyId?: number): AsyncIterable<readonly BackupRow[]>
  /** Numbers of the changes of its schema. */
  schema(): Promise<string>
  close(): Promise<void>
}

/** By device, and then by kind: a device's credentials come together, its `creds` before its ratchets. */
export const orderOf = (table: string): string => (table === 'credential' ? ' order by device_id, kind, key' : '')
