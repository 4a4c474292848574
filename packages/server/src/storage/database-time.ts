import { sql } from 'kysely'

/** Now, by the clock of PostgreSQL, Unix ms: the one clock that all nodes share. */
export const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
