import type { RawBuilder } from 'kysely'
import { SealError } from '../sealing/sealed-box.ts'
import type { Statement } from '../statement.ts'
import type { Content } from './content.ts'
import { type ContentColumn, type ContentRow, type ContentTable, contentColumns, contentOf } from './content-columns.ts'
import { looksSealed, type StoredForm, storedForms } from './stored-form.ts'

export type AnyRow = Record<string, unknown>

/** Content before its keys are there, as in migrations: it goes in clear, and what is sealed cannot be read. */
export class LockedContent implements Content {
  protected readonly form: StoredForm
  readonly isOn: boolean = false

  constructor(dialect: 'sqlite' | 'postgres') {
    this.form = storedForms[dialect]
  }

  sealed<Table extends ContentTable, Row extends ContentRow<Table>>(table: Table, row: Row): Row {
    let copy: AnyRow | undefined
    for (const [column, kind] of Object.entries(contentOf(table).columns)) {
      const value = (row as AnyRow)[column]
      const stored = this.one(table, column, kind, row, value)
      if (stored === value) continue
      copy ??= { ...row }
      copy[column] = stored
    }
    return (copy ?? row) as Row
  }

  sealedValue<Table extends ContentTable, Value extends string | Uint8Array | null>(
    table: Table,
    column: ContentColumn<Table>,
    row: ContentRow<Table>,
    value: Value,
  ): Value {
    return this.one(table, column, contentOf(table).columns[column]!, row, value) as Value
  }

  ofNewDevice(_deviceId: string, _sealer: object, _at: number): Statement[] {
    return []
  }

  async opened<Row extends object>(table: ContentTable, rows: readonly Row[]): Promise<Row[]> {
    const { columns } = contentColumns[table]
    for (const row of rows as readonly AnyRow[]) {
      for (const column in columns) {
        const value = row[column]
        if (this.form.isSealed(value)) row[column] = await this.open(table, column, row, value as string | Uint8Array)
      }
    }
    return rows as Row[]
  }

  async openedOne<Row extends object>(table: ContentTable, row: Row | undefined): Promise<Row | undefined> {
    return row && (await this.opened(table, [row]))[0]
  }

  forget(_deviceId: string): void {}

  asStored(bytes: Uint8Array): Uint8Array {
    return bytes
  }

  isSealed<Table extends ContentTable>(
    table: Table,
    column: ContentColumn<Table>,
    reference: RawBuilder<unknown>,
  ): RawBuilder<boolean> {
    return this.form.sealed(contentOf(table).columns[column]!, reference)
  }

  /** @returns what goes into the column */
  protected one(_table: ContentTable, _column: string, _kind: 'text' | 'bytes', _row: object, value: unknown): unknown {
    if (looksSealed(value)) throw new SealError('The keys of what people wrote are not there yet')
    return value
  }

  protected open(table: ContentTable, _column: string, _row: AnyRow, _value: unknown): Promise<unknown> | unknown {
    throw new SealError(`A row of ${table} is sealed, and its key is not there`)
  }
}
