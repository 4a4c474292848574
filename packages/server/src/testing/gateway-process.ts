import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { killProcess } from './kill-process.ts'
import { engineThreadsOfTests } from './test-engine.ts'

const main = path.join(import.meta.dirname, '../main.ts')

/** The shipped gateway as a process of its own. */
export interface GatewayProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** What it has printed. */
  readonly said: { out: string; err: string }
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** Resolves with its URL when it takes requests. */
  listening(): Promise<string>
  readonly cwd: string
}

/** Starts gateways as processes, and ends what is left of them. */
export class GatewayProcesses {
  readonly #folders: string[] = []
  readonly #children: GatewayProcess['child'][] = []

  /** A gateway in a folder of its own unless one is given, with nothing but these variables.
   *  @param flags of Node, in front of the program @param args of the program */
  run(
    environment: Record<string, string>,
    cwd = this.folder(),
    flags: readonly string[] = [],
    args: readonly string[] = [],
  ): GatewayProcess {
    const child = spawn(process.execPath, [...flags, main, ...args], {
      cwd,
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        SERVER_ADDRESS: '127.0.0.1',
        SERVER_PORT: '0',
        LOG_LEVEL: 'error',
        ...engineThreadsOfTests,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.push(child)
    const said = { out: '', err: '' }
    child.stdout.on('data', (chunk) => (said.out += chunk))
    child.stderr.on('data', (chunk) => (said.err += chunk))
    const ended = once(child, 'close').then(([code]) => code as number | null)
    const listening = async (): Promise<string> => {
      while (!/listens on (http\S+)/.test(said.out)) {
        const code = await Promise.race([once(child.stdout, 'data').then(() => undefined), ended])
        assert.equal(code, undefined, `it ended: ${said.err}`)
      }
      return /listens on (http\S+)/.exec(said.out)![1]!
    }
    return { child, said, ended, listening, cwd }
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map(killProcess))
    for (const made of this.#folders) rmSync(made, { recursive: true, force: true })
  }

  /** An empty one, removed at the end. */
  folder(): string {
    const made = mkdtempSync(path.join(tmpdir(), 'switchboard-process-'))
    this.#folders.push(made)
    return made
  }
}
