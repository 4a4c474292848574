import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

/** A project that needs nothing from outside, so that the real npm has nothing to fetch. */
const emptyProject = (test: TestContext): string => {
  const root = mkdtempSync(join(tmpdir(), 'switchboard install ü '))
  test.after(() => rmSync(root, { recursive: true, force: true }))
  const own = { name: 'whole', version: '1.0.0', workspaces: ['part'] }
  const part = { name: 'part', version: '1.0.0' }
  const packages = { '': own, part, 'node_modules/part': { resolved: 'part', link: true } }
  mkdirSync(join(root, 'part'))
  writeFileSync(join(root, 'part/package.json'), JSON.stringify(part))
  writeFileSync(join(root, 'package.json'), JSON.stringify(own))
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, requires: true, packages }))
  return root
}

/** An npm that begins only when it is let, so that a test can look at what happens meanwhile. */
const patientNpm = (test: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-npm-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  const gate = join(folder, 'gate')
  const real = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()
  const script = `#!/bin/sh\nwhile [ ! -e '${gate}' ]; do sleep 0.05; done\nPATH="$REAL_PATH" exec '${real}' "$@"\n`
  writeFileSync(join(folder, 'npm'), script, { mode: 0o755 })
  const path = process.env['PATH'] ?? ''
  return { env: { PATH: `${folder}:${path}`, REAL_PATH: path }, begin: () => writeFileSync(gate, '') }
}

class Installing {
  readonly child: ChildProcess
  output = ''

  constructor(root: string, env: Record<string, string> = {}) {
    const script = `import { install } from ${JSON.stringify(join(import.meta.dirname, 'install.mjs'))}
await install(${JSON.stringify(root)}).catch((error) => { console.error(error.message); process.exitCode = 1 })`
    this.child = spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, ...env } })
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk) => (this.output += chunk))
  }

  async end(): Promise<number> {
    const [code] = await once(this.child, 'close')
    return code
  }
}

/** The process id of npm, as soon as it runs. */
const installer = async (root: string, { child }: Installing): Promise<number> => {
  const file = join(root, '.installing')
  for (;;) {
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
    if (pid > 0 && pid !== child.pid) return pid
    await wait(5)
  }
}

const count = (text: string, part: string): number => text.split(part).length - 1

describe('installing what is missing', () => {
  it('runs npm once when two commands start together', async (test) => {
    const root = emptyProject(test)
    const npm = patientNpm(test)
    const both = [new Installing(root, npm.env), new Installing(root, npm.env)]
    const ends = Promise.all(both.map((one) => one.end()))
    while (!both.some(({ output }) => output.includes('waiting for it'))) await wait(5)
    npm.begin()
    assert.deepEqual(await ends, [0, 0])
    const shown = both.map(({ output }) => output).join('')
    assert.equal(count(shown, 'Installing dependencies'), 1, shown)
    assert.equal(count(shown, 'waiting for it'), 1, shown)
    assert.ok(!existsSync(join(root, '.installing')))
  })

  it('does nothing when all is there', async (test) => {
    const root = emptyProject(test)
    await new Installing(root).end()
    const again = new Installing(root)
    assert.equal(await again.end(), 0)
    assert.equal(again.output, '')
  })

  it('ends with its npm when it is interrupted, and the next one starts over', async (test) => {
    const root = emptyProject(test)
    const first = new Installing(root, patientNpm(test).env)
    const npm = await installer(root, first)
    first.child.kill('SIGINT')
    assert.equal(await first.end(), 1)
    assert.match(first.output, /interrupted/)
    assert.throws(() => process.kill(npm, 0), { code: 'ESRCH' })
    assert.equal(await new Installing(root).end(), 0)
  })

  it('continues when the process that had its turn was killed', async (test) => {
    const root = emptyProject(test)
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    writeFileSync(join(root, '.installing'), String(pid))
    assert.equal(await new Installing(root).end(), 0)
    assert.ok(existsSync(join(root, 'node_modules/.switchboard-installed')))
  })

  it('needs no home that can be written', async (test) => {
    const root = emptyProject(test)
    const unwritable = new Installing(root, { npm_config_cache: '/dev/null/cache' })
    assert.equal(await unwritable.end(), 0, unwritable.output)
  })
})
