import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineThreadsOfTests } from '../../packages/server/src/testing/test-engine.ts'
import { builtProgram, entries } from '../../scripts/build/built.mjs'
import { gatewayEnvironment, gatewayFlags } from '../../scripts/gateway-flags.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const ticksPerSecond = 100

export interface GatewayOptions {
  readonly dataDir: string
  readonly port: number
  /** Address of a running sandbox's control API; the gateway takes its WhatsApp endpoints from there. */
  readonly sandboxUrl: string
  readonly env?: Readonly<Record<string, string>>
  /** `sources` (the default) runs the working copy as it is, `compiled` what `npm run build` has made, `npm start` the command of the README. */
  /** File that gets everything it prints, over all of its starts. */
  readonly logFile?: string | undefined
  readonly run?: 'sources' | 'compiled' | 'npm start'
}

const commands = {
  sources: [process.execPath, ...gatewayFlags, join(root, entries.main)],
  compiled: [process.execPath, ...gatewayFlags, builtProgram(root, 'main')],
  'npm start': ['npm', 'start', '--silent'],
}

/** The gateway below npm and the script: what has started nothing itself. */
const lastChildOf = (pid: number): number => {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const children = new Map(lines.map((line) => line.trim().split(/\s+/).map(Number).reverse() as [number, number]))
  let last = pid
  for (let child = children.get(last); child !== undefined; child = children.get(last)) last = child
  return last
}

/** The shipped gateway in a process of its own, started as a user would start it and killed as a machine would. */
export class GatewayProcess {
  readonly url: string
  readonly adminSecret = 'e2e-admin-secret-of-at-least-32-characters'
  readonly #options: GatewayOptions
  #child: ChildProcess | undefined
  #output = ''

  constructor(options: GatewayOptions) {
    this.#options = options
    this.url = `http://127.0.0.1:${options.port}`
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('the gateway does not run')
    return this.#options.run === 'npm start' ? lastChildOf(this.#child.pid) : this.#child.pid
  }

  /** Where its database and its files are. */
  get dataDir(): string {
    return this.#options.dataDir
  }

  /** Everything it printed since its last start. */
  get output(): string {
    return this.#output
  }

  /** Starts it and resolves when its health endpoint answers; sessions may still be connecting. It ends when this process does, however that ends.
   *  @param limits `fileBytes`: no file may grow beyond this, as on a disk that is full */
  async start({ fileBytes }: { fileBytes?: number } = {}): Promise<void> {
    this.#output = ''
    const command = commands[this.#options.run ?? 'sources']
    const limited = `trap '' XFSZ; ulimit -f ${Math.ceil((fileBytes ?? 0) / 512)}; exec "$@"`
    const [program = '', ...args] = fileBytes === undefined ? command : ['sh', '-c', limited, 'sh', ...command]
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        ...gatewayEnvironment,
        SERVER_ADDRESS: '127.0.0.1',
        SERVER_PORT: String(this.#options.port),
        SWITCHBOARD_DATA_DIR: this.#options.dataDir,
        SWITCHBOARD_SANDBOX_URL: this.#options.sandboxUrl,
        ADMIN_SECRET_KEY: this.adminSecret,
        JWT_SECRET_KEY: 'e2e-jwt-secret-of-at-least-32-characters!',
        SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'true',
        LOG_LEVEL: 'warn',
        ...engineThreadsOfTests,
        ...this.#options.env,
      },
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output = (this.#output + chunk).slice(-500_000)
        if (this.#options.logFile) appendFileSync(this.#options.logFile, chunk)
      })
    }
    this.#child = child
    await this.#ready(child)
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + 120_000
    while (Date.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}: ${this.#output}`)
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined)
      if (answer?.ok) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`the gateway did not become ready: ${this.#output}`)
  }

  /** Pulls the plug. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Asks it to drain and waits for its end. Resolves with the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    if (signal === 'SIGKILL' && this.#options.run === 'npm start' && child.pid)
      process.kill(lastChildOf(child.pid), signal)
    else child.kill(signal)
    const forced = setTimeout(() => child.kill('SIGKILL'), 60_000)
    const code = await ended
    clearTimeout(forced)
    return code
  }

  /** Processor seconds used since its start, and resident bytes now (Linux). */
  usage(): { cpuSeconds: number; rssBytes: number } {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
    const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))
    return { cpuSeconds, rssBytes: Number(rss?.[1] ?? 0) * 1024 }
  }
}
