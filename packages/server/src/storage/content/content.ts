import type { RawBuilder } from 'kysely'
import type { Statement } from '../statement.ts'
import type { ContentColumn, ContentRow, ContentTable } from './content-columns.ts'

/** Seals a key of content with the data key of its device. */
interface KeySealer {
  seal(kind: string, key: string, plain: Uint8Array): Uint8Array
}

/** What people wrote, on its way into the database and out of it. Every store passes the columns of `content-columns.ts` through this, and nobody else. */
export interface Content {
  /** Whether what is written now is sealed. What was written before is opened in any case. */
  readonly isOn: boolean
  /** A row as it is written: its content is sealed when the unit is committed. */
  sealed<Table extends ContentTable, Row extends ContentRow<Table>>(table: Table, row: Row): Row
  /** One value as it is written. */
  sealedValue<Table extends ContentTable, Value extends string | Uint8Array | null>(
    table: Table,
    column: ContentColumn<Table>,
    row: ContentRow<Table>,
    value: Value,
  ): Value
  /** What a unit that makes a device needs in order to say something about it. */
  ofNewDevice(deviceId: string, sealer: KeySealer, at: number): Statement[]
  /** Rows as they were before they were sealed; the same objects. @throws SealError for a value that was changed, moved, or sealed with a key that is lost */
  opened<Row extends object>(table: ContentTable, rows: readonly Row[]): Promise<Row[]>
  openedOne<Row extends object>(table: ContentTable, row: Row | undefined): Promise<Row | undefined>
  /** Opened bytes as they are in their row, to find it again by them. */
  asStored(bytes: Uint8Array): Uint8Array
  /** Keys of a device are read again when they are needed next: they were destroyed, or the device is gone. */
  forget(deviceId: string): void
  /** Whether a column has a sealed value: nothing can be said about it in SQL. */
  isSealed<Table extends ContentTable>(
    table: Table,
    column: ContentColumn<Table>,
    reference: RawBuilder<unknown>,
  ): RawBuilder<boolean>
}
