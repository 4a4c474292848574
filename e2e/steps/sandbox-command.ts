import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** `npm run sandbox` without npm, in a folder of its own. */
export class SandboxCommand {
  readonly port: number
  readonly worldPort: number
  readonly folder: string
  #child: ChildProcess | undefined

  constructor(port: number, worldPort: number, folder: string) {
    this.port = port
    this.worldPort = worldPort
    this.folder = folder
  }

  /** Resolves with what it says to do next. */
  async start(): Promise<string> {
    const child = spawn(process.execPath, [join(root, 'packages/server/src/sandbox-main.ts')], {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        SERVER_PORT: String(this.port),
        SANDBOX_PORT: String(this.worldPort),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    let text = ''
    return new Promise<string>((resolve, reject) => {
      const take = (chunk: Buffer) => {
        text += chunk
        if (text.includes('The README begins like this')) resolve(text)
      }
      child.stdout?.on('data', take)
      child.stderr?.on('data', take)
      child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}: ${text}`)))
    })
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}
