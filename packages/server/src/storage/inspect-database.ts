import type { PostgresFacts } from './dialects/postgres/inspect-postgres.ts'

export type { PostgresFacts }

/** What a PostgreSQL server says of itself. The driver is loaded for it. @throws what the driver throws */
export const inspectServer = async (uri: string): Promise<PostgresFacts> => {
  const { inspectPostgres } = await import('./dialects/postgres/inspect-postgres.ts')
  return inspectPostgres(uri)
}
