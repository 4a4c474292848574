import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { StorageError } from '../../storage-error.ts'
import { connectionSettings } from './connection-settings.ts'

export interface PreparedQuery {
  readonly text: string
  readonly values: readonly unknown[]
}

const maxNamedStatements = 512
const connectAttempts = 8

/** One connection that pipelines its statements and reconnects after a loss. */
export class WriterConnection {
  readonly #uri: string
  readonly #names = new Map<string, string>()
  #client: pg.Client | undefined
  #closed = false

  constructor(uri: string) {
    this.#uri = uri
  }

  /** Connects when there is no connection, with backoff for some seconds. @throws StorageError `unavailable` */
  async connect(): Promise<void> {
    for (let attempt = 0; !this.#client; attempt++) {
      if (this.#closed) throw new StorageError('unavailable', 'The database is closed')
      try {
        this.#client = await this.#open()
      } catch (cause) {
        if (attempt + 1 >= connectAttempts) {
          throw new StorageError('unavailable', 'The database cannot be reached', { cause })
        }
        await sleep(Math.min(50 * 2 ** attempt, 2_000) * (0.5 + Math.random()))
      }
    }
  }

  /** Sends a statement at once, without waiting for those before it. */
  send({ text, values }: PreparedQuery): Promise<pg.QueryResult> {
    if (!this.#client) return Promise.reject(new Error('The connection was lost'))
    const name = this.#nameOf(text)
    return this.#client.query({ text, values: [...values], ...(name ? { name } : {}) })
  }

  /** Forgets the connection; the next {@link connect} makes another. */
  drop(): void {
    const client = this.#client
    this.#client = undefined
    this.#names.clear()
    client?.end().catch(() => {})
  }

  async close(): Promise<void> {
    this.#closed = true
    const client = this.#client
    this.#client = undefined
    await client?.end()
  }

  async #open(): Promise<pg.Client> {
    const client = new pg.Client({ ...connectionSettings(this.#uri), pipeline: true } as pg.ClientConfig)
    client.on('error', () => {
      if (this.#client === client) this.drop()
    })
    await client.connect()
    // Whatever the server's default: an answered commit must survive a power failure.
    await client.query('set synchronous_commit to on')
    await client.query("set default_transaction_isolation to 'read committed'")
    // A process that freezes inside a transaction must not keep its locks.
    await client.query("set idle_in_transaction_session_timeout to '15s'")
    return client
  }

  /** Frequent texts are parsed once a connection; the number of names is bounded because the server keeps each. */
  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known || this.#names.size >= maxNamedStatements) return known
    const name = `s${this.#names.size}`
    this.#names.set(text, name)
    return name
  }
}
