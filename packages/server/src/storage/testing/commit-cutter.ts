import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What happens to the next commits that pass: nothing; the commit is lost on its way; its answer is lost. */
export type Cut = 'none' | 'before' | 'after'

/** Stands between a client and a PostgreSQL and breaks connections in the middle of a commit. */
export class CommitCutter {
  cut: Cut = 'none'
  /** How many commits were met by a cut. */
  cuts = 0
  readonly #folder = mkdtempSync(join(tmpdir(), 'switchboard-cutter-'))
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(target: string) {
    this.#server = createServer((client) => this.#join(client, createConnection(target)))
  }

  /** @param uri of a database that is reached by a Unix socket */
  static async before(uri: string): Promise<{ cutter: CommitCutter; uri: string }> {
    const { hostname, pathname, username } = new URL(uri)
    const cutter = new CommitCutter(join(decodeURIComponent(hostname), '.s.PGSQL.5432'))
    await new Promise<void>((resolve) => cutter.#server.listen(join(cutter.#folder, '.s.PGSQL.5432'), resolve))
    return { cutter, uri: `postgres://${username}@${encodeURIComponent(cutter.#folder)}${pathname}` }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #join(client: Socket, server: Socket): void {
    const end = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', end).on('close', end)
      socket.once('close', () => this.#sockets.delete(socket))
    }
    let silenced = false
    /** The prepared statement that commits: its text passes once a connection, afterwards its name alone. */
    let name: string | undefined
    client.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1')
      name ??= /(s\d+)\0commit\0/.exec(text)?.[1]
      const commits = this.cut !== 'none' && name !== undefined && text.includes(`\0${name}\0`)
      if (commits) this.cuts++
      if (commits && this.cut === 'before') return end()
      if (commits) silenced = true
      server.write(chunk)
    })
    server.on('data', (chunk: Buffer) => (silenced ? end() : client.write(chunk)))
  }
}
