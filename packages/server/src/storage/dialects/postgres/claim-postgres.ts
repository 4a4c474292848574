import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { connectionSettings } from './connection-settings.ts'
import { soleUse } from './sole-use.ts'

const retryMs = 500
/** As long as the server may take to see that a connection is dead (below), and some more. */
const ownLockLingersMs = 30_000

/** Asks for the lock on a connection of its own. @returns undefined while another session has it. */
async function askForLock(uri: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({ ...connectionSettings(uri), application_name: 'switchboard-lock' })
  client.on('error', () => {})
  try {
    await client.connect()
    // A machine that lost its power must not keep the next gateway out for the hours that TCP would.
    await client.query('set tcp_keepalives_idle to 5; set tcp_keepalives_interval to 5; set tcp_keepalives_count to 3')
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [soleUse])
    if (rows[0]?.locked) return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
  await client.end()
  return undefined
}

/** Holds PostgreSQL's lock of one database, which ends with its connection: after a loss it is asked for again. */
class PostgresClaim {
  readonly #uri: string
  readonly #lost: (error: Error) => void
  #client: pg.Client | undefined
  #released = false

  constructor(uri: string, lost: (error: Error) => void) {
    this.#uri = uri
    this.#lost = lost
  }

  async take(): Promise<boolean> {
    const client = await askForLock(this.#uri)
    if (!client) return false
    this.#client = client
    client.once('end', () => void this.#takeAgain())
    return true
  }

  async release(): Promise<void> {
    this.#released = true
    await this.#client?.end().catch(() => {})
  }

  async #takeAgain(): Promise<void> {
    let refusedSince: number | undefined
    while (!this.#released) {
      const taken = await this.take().catch(() => undefined)
      if (taken) return this.#released ? this.release() : undefined
      // Unreachable says nothing about others; refused may be our own lost connection, as long as the server has not noticed.
      if (taken === false) refusedSince ??= performance.now()
      if (refusedSince !== undefined && performance.now() - refusedSince > ownLockLingersMs) {
        return this.#lost(new Error('Another gateway took the database over while the connection to it was lost'))
      }
      await sleep(retryMs)
    }
  }
}

/** @returns undefined while another gateway uses the database. */
export async function claimPostgres(
  uri: string,
  lost: (error: Error) => void,
): Promise<(() => Promise<void>) | undefined> {
  const claim = new PostgresClaim(uri, lost)
  return (await claim.take()) ? () => claim.release() : undefined
}
