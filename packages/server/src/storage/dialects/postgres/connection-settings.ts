import pg from 'pg'

// Every whole number that we store fits in a double: counts and instants come back as numbers, as they do from SQLite.
const numeric = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC])

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    numeric.has(oid) && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

/** What all connections have in common. */
export const connectionSettings = (uri: string): pg.ClientConfig => ({
  connectionString: uri,
  types,
  // A server that vanished without a word must not hold anybody up for the hours that TCP would.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  query_timeout: 60_000,
  connectionTimeoutMillis: 5_000,
  application_name: 'switchboard',
})
