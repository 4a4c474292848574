import { type ColumnDefinitionBuilder, type RawBuilder, sql } from 'kysely'

type Build = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

/** Where the two databases call a type differently, it has one name here. */
export interface ColumnTypes {
  /** Text that compares by its bytes, in both databases the same. */
  readonly text: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
  /** Whole numbers up to 2^53: instants, counters, references. */
  readonly long: RawBuilder<unknown>
  /** The type of a key that the database gives out, and what makes it one. Never given twice. */
  readonly serial: readonly [RawBuilder<unknown>, Build]
  /** For small tables that are only read by their primary key. */
  readonly withoutRowid: RawBuilder<unknown>
}

export const columnTypes: Readonly<Record<'sqlite' | 'postgres', ColumnTypes>> = {
  sqlite: {
    text: sql`text`,
    bytes: sql`blob`,
    long: sql`integer`,
    serial: [sql`integer`, (column) => column.primaryKey().autoIncrement()],
    withoutRowid: sql`without rowid`,
  },
  postgres: {
    text: sql`text collate "C"`,
    bytes: sql`bytea`,
    long: sql`bigint`,
    serial: [sql`bigint`, (column) => column.generatedAlwaysAsIdentity().primaryKey()],
    withoutRowid: sql``,
  },
}
