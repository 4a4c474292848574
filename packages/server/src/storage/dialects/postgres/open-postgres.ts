import type { Database } from '../../database.ts'

export async function openPostgres(_target: { uri: string; poolSize?: number }): Promise<Database> {
  throw new Error('PostgreSQL is not available yet')
}
