import pg from 'pg'
import { connectionSettings } from './connection-settings.ts'

const tries = 3

export class PooledByTransaction extends Error {
  readonly code = 'POOLED_BY_TRANSACTION'
}

const backendOf = async (client: pg.Client): Promise<number> =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid

/** Whether a pooler stands in front that gives each transaction any of its connections, such as PgBouncer with `pool_mode = transaction`: what is set on a
 *  connection then reaches others, and a lock is not its holder's. It shows when two clients that are connected at once have the same connection behind
 *  them, or one has two. */
export async function poolsByTransaction(uri: string): Promise<boolean> {
  const clients = Array.from({ length: 2 }, () => new pg.Client(connectionSettings(uri)))
  const [one, other] = clients as [pg.Client, pg.Client]
  for (const client of clients) client.on('error', () => {})
  try {
    await Promise.all(clients.map((client) => client.connect()))
    const first = await backendOf(one)
    for (let attempt = 0; attempt < tries; attempt++) {
      await other.query('begin')
      const held = await backendOf(other)
      // Of a pool of one connection this would wait for the other client.
      const again = held === first ? first : await backendOf(one)
      await other.query('rollback')
      if (held === first || again !== first) return true
    }
    return false
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})))
  }
}
