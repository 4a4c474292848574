import type { WorldName } from '../process/claim-data-dir.ts'
import type { BackupRow } from '../storage/backup/snapshot.ts'
import { BackupUnreadable } from './sealed-stream.ts'

/** The first line of a backup. */
export interface BackupHead {
  readonly format: 1
  /** Numbers of the changes of the schema. */
  readonly schema: string
  readonly version: string
  /** ISO 8601. */
  readonly takenAt: string
  /** Where its devices live; absent in backups of before it was noted. */
  readonly world?: WorldName
  /** Says whether tokens of its devices work elsewhere: `markOfTokens` of the gateway. */
  readonly tokens?: string
  /** The API key that it is of; null: everything. */
  readonly apiKeyId: number | null
}

/** A line: the head, rows of a table, or the end with the number of rows. */
export type BackupLine =
  | { readonly head: BackupHead }
  | { readonly table: string; readonly rows: readonly BackupRow[] }
  | { readonly end: number }

const bytesMark = '$bytes'

/** A value as JSON can have it. */
export const packed = (value: unknown): unknown =>
  value instanceof Uint8Array ? { [bytesMark]: Buffer.from(value).toString('base64') } : value

export const unpacked = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && bytesMark in value
    ? Buffer.from(String(value[bytesMark]), 'base64')
    : value

const each = (row: BackupRow, change: (value: unknown) => unknown): BackupRow =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, change(value)]))

export const lineOf = (line: BackupLine): Uint8Array => {
  const shown = 'rows' in line ? { table: line.table, rows: line.rows.map((row) => each(row, packed)) } : line
  return Buffer.from(`${JSON.stringify(shown)}\n`)
}

/** The lines of a text that comes in pieces. @throws BackupUnreadable when it ends before its end */
export async function* linesIn(text: AsyncIterable<Uint8Array>): AsyncGenerator<BackupLine> {
  let waiting: Buffer[] = []
  let ended = false
  for await (const some of text) {
    let rest = Buffer.from(some)
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      const line = JSON.parse(Buffer.concat([...waiting, rest.subarray(0, at)]).toString()) as BackupLine
      yield 'rows' in line ? { table: line.table, rows: line.rows.map((row) => each(row, unpacked)) } : line
      ended = 'end' in line
      waiting = []
      rest = rest.subarray(at + 1)
    }
    if (rest.length > 0) waiting.push(rest)
  }
  if (!ended) throw new BackupUnreadable('The backup is cut short')
}
