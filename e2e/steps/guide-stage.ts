import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './code-blocks.ts'
import { freePort } from './free-port.ts'
import { SandboxCommand } from './sandbox-command.ts'

/** A folder that looks like a checkout: what is there is ours, what is made is its own. */
export const checkout = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-guides-'))
  for (const name of readdirSync(root)) {
    if (!['data', '.git', '.env', '.installing'].includes(name)) symlinkSync(join(root, name), join(folder, name))
  }
  return folder
}

/** A gateway and a world as `npm run sandbox` starts them, and a guide's ports turned into theirs. */
export class GuideStage {
  readonly folder = checkout()
  readonly sandbox: SandboxCommand
  readonly #ports: ReadonlyMap<string, number>

  static async set(): Promise<GuideStage> {
    const [gateway, world, ...others] = await Promise.all(Array.from({ length: 4 }, freePort))
    const stage = new GuideStage(gateway!, world!, others)
    await stage.sandbox.start()
    return stage
  }

  private constructor(gateway: number, world: number, [receiver, tls]: readonly number[]) {
    this.sandbox = new SandboxCommand(gateway, world, this.folder)
    this.#ports = new Map([
      ['7001', gateway],
      ['7002', world],
      ['7003', receiver!],
      ['7443', tls!],
    ])
  }

  here(code: string): string {
    return code.replaceAll(/\b(?:7001|7002|7003|7443)\b/g, (port) => String(this.#ports.get(port)))
  }

  async run(command: string, args: readonly string[], input = ''): Promise<string> {
    const child = spawn(command, args, { cwd: this.folder, timeout: 120_000 })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    child.stdin.end(this.here(input))
    const [code] = await once(child, 'close')
    assert.equal(code, 0, text)
    return text
  }

  async strike(): Promise<void> {
    await this.sandbox.end('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}
