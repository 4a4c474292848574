import { type RawBuilder, sql } from 'kysely'

/** What is not text of a sealed value: see `sealing/sealed-box.ts`. */
const leastBytes = 33
const version = 1
/** A text that begins with it is a sealed one. Nobody writes it; who does gets the text sealed, also where nothing else is. */
const mark = '\u0001'

/** How sealed values are stored. Columns of text take bytes in SQLite as they are, and in PostgreSQL a mark and base64. What is clear and looks like a sealed
 *  value is always sealed, so that the two are never taken for each other. */
export interface StoredForm {
  isSealed(value: unknown): boolean
  encode(kind: 'text' | 'bytes', sealed: Uint8Array): string | Uint8Array
  decode(value: string | Uint8Array): Uint8Array
  /** Whether a column has something that is sealed, */
  sealed(kind: 'text' | 'bytes', column: RawBuilder<unknown>): RawBuilder<boolean>
  /** or something that is not, and not nothing. */
  clear(kind: 'text' | 'bytes', column: RawBuilder<unknown>): RawBuilder<boolean>
}

const bytesAreSealed = (bytes: Uint8Array): boolean => bytes.byteLength >= leastBytes && bytes[0] === version

/** What is clear and could be taken for a sealed value in one of the databases: it is sealed, whatever is set. */
export const looksSealed = (value: unknown): boolean =>
  typeof value === 'string' ? value.startsWith(mark) : value instanceof Uint8Array && bytesAreSealed(value)

const sqlite: StoredForm = {
  isSealed: (value) => value instanceof Uint8Array && bytesAreSealed(value),
  encode: (_, sealed) => sealed,
  decode: (value) => value as Uint8Array,
  sealed: (_, column) =>
    sql<boolean>`(typeof(${column}) = 'blob' and length(${column}) >= ${sql.lit(leastBytes)} and substr(${column}, 1, 1) = x'01')`,
  clear: (kind, column) =>
    kind === 'text'
      ? sql<boolean>`(typeof(${column}) = 'text' and ${column} <> '')`
      : sql<boolean>`(length(${column}) > 0 and (length(${column}) < ${sql.lit(leastBytes)} or substr(${column}, 1, 1) <> x'01'))`,
}

const postgres: StoredForm = {
  isSealed: looksSealed,
  encode: (kind, sealed) => (kind === 'bytes' ? sealed : mark + Buffer.from(sealed).toString('base64')),
  decode: (value) => (typeof value === 'string' ? Buffer.from(value.slice(mark.length), 'base64') : value),
  sealed: (kind, column) =>
    kind === 'text'
      ? sql<boolean>`starts_with(${column}, chr(1))`
      : sql<boolean>`(octet_length(${column}) >= ${sql.lit(leastBytes)} and get_byte(${column}, 0) = 1)`,
  clear: (kind, column) =>
    kind === 'text'
      ? sql<boolean>`(${column} <> '' and not starts_with(${column}, chr(1)))`
      : sql<boolean>`(octet_length(${column}) > 0 and (octet_length(${column}) < ${sql.lit(leastBytes)} or get_byte(${column}, 0) <> 1))`,
}

/** A value of a column of content as it is in the other database: what is sealed is stored in another form there. */
export function inFormOf(dialect: 'sqlite' | 'postgres', kind: 'text' | 'bytes', value: unknown): unknown {
  if (kind === 'bytes' || !looksSealed(value)) return value
  if (dialect === 'postgres') return value instanceof Uint8Array ? postgres.encode(kind, value) : value
  const sealed = typeof value === 'string' ? postgres.decode(value) : (value as Uint8Array)
  return bytesAreSealed(sealed) ? sealed : value
}

export const storedForms: Readonly<Record<'sqlite' | 'postgres', StoredForm>> = { sqlite, postgres }
