import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

const root = path.resolve(import.meta.dirname, '..')

const run = (args: readonly string[], env: Record<string, string> = {}) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [path.join(root, 'scripts/run.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { stdout, stderr, status }
}

describe('the run script', () => {
  it('shows with --help every command that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
    const help = run(['--help'])
    assert.equal(help.status, 0)
    for (const name of Object.keys(scripts)) assert.match(help.stdout, new RegExp(`^  ${name} +\\S`, 'm'))
  })

  it('refuses a command that it does not know, in the form that LOG_FORMAT asks for', () => {
    const plain = run(['strat'])
    assert.equal(plain.status, 2)
    assert.match(plain.stderr, /^Unknown command: strat\. There are: start, .*\n$/)
    const json = run(['strat'], { LOG_FORMAT: 'json' })
    assert.match(JSON.parse(json.stderr).msg, /^Unknown command: strat/)
    assert.equal(json.stdout, '')
  })

  it('refuses a test that is not there, also among others', () => {
    const wrong = run(['test', 'scripts/prose.test.ts', 'scripts/no-such.test.ts'])
    assert.equal(wrong.status, 2)
    assert.match(wrong.stderr, /^No such test: scripts\/no-such\.test\.ts\n$/)
    assert.equal(wrong.stdout, '')
  })

  it('hands arguments on to the gateway, the sandbox and the world, which refuse those that they do not know', () => {
    for (const name of ['start', 'sandbox', 'world']) {
      const wrong = run([name, '--nope'], { LOG_FORMAT: 'json' })
      assert.equal(wrong.status, 2, name)
      // A line before it may say that the gateway is compiled first.
      assert.match(JSON.parse(wrong.stderr.trim().split('\n').at(-1)!).msg, /--nope/)
      const help = run([name, '--help'])
      assert.equal(help.status, 0, name)
      assert.match(help.stdout, /npm (start|run (sandbox|world)) -- /)
    }
  })
})
