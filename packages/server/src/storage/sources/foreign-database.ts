import type { ForeignRow } from '@switchboard/engine'

/** A database of another program, read only and as it was when it was opened. */
export interface ForeignDatabase {
  /** Files that it is in; none of a server. */
  readonly files: readonly string[]
  hasTable(name: string): Promise<boolean>
  /** All rows, or those in which a column has a value. A table that is not there has none. */
  rows(table: string, column?: string, value?: unknown): Promise<ForeignRow[]>
  /** Programs that are connected to a server now, this one and other gateways like it left out. */
  connected(): Promise<number>
  close(): Promise<void>
}

/** Names are written into statements: only those that the sources of this folder know. */
export const quoted = (name: string): string => {
  if (!/^\w+$/.test(name)) throw new RangeError('not the name of a table or column')
  return `"${name}"`
}
