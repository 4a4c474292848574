import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'

/** Bytes of content in one page of rows, give or take the last row: what an answer is made of is held several times over while it is made and sent. */
export const pageBytes = 1024 * 1024

/** Size of a text, bytes. Neither database reads a long text for it. */
export const octets = (column: string) => sql<number>`octet_length(${sql.ref(column)})`

/** How many of a page's rows it takes to fill `bytes`: all that `sizes` gives when they are smaller than that.
 *  @param sizes the page's rows, limited and in order, as `size` (bytes) and the columns that `order` names */
export const rowsWithin = (
  // biome-ignore lint/suspicious/noExplicitAny: it takes rows of whatever table
  sizes: SelectQueryBuilder<any, any, any> | RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  bytes: number,
) =>
  sql<number>`(select count(*) from (
    select sum(size) over (order by ${order} rows unbounded preceding) - size as taken from (${sizes}) as sized
  ) as counted where taken < ${bytes})`
