import { type ContentTable, contentColumns } from '../content/content-columns.ts'
import type { Database } from '../database.ts'

/** Rows of any table as they were before what people wrote in them was sealed. Each must have what names it. */
export const opened = <Row extends object>(
  { content }: Pick<Database, 'content'>,
  table: string,
  rows: readonly Row[],
): Promise<readonly Row[]> | readonly Row[] =>
  Object.hasOwn(contentColumns, table) ? content.opened(table as ContentTable, rows) : rows
