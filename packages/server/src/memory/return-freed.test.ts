import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header

/** What is in use lies behind all that was freed. */
const script = `
  import { setTimeout as sleep } from 'node:timers/promises'
  import { returnFreed } from ${JSON.stringify(new URL('./return-freed.ts', import.meta.url).href)}
  const made = Array.from({ length: 200_000 }, () => Buffer.allocUnsafeSlow(300).fill(1))
  globalThis.kept = made.filter((_, n) => n % 1000 === 999)
  made.length = 0
  gc()
  await sleep(500)
  const before = process.memoryUsage.rss()
  returnFreed()
  console.log(JSON.stringify({ given: (before - process.memoryUsage.rss()) / 2 ** 20 }))`

describe('returnFreed', () => {
  it('gives back what was freed, and says nothing', { skip: !glibcVersionRuntime && 'not glibc' }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    assert.equal(stderr, '')
    const { given } = JSON.parse(stdout) as { given: number }
    assert.ok(given > 20, `${given} MiB were given back`)
  })
})
