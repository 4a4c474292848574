import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { gatewayFlags } from '../../../../scripts/gateway-flags.mjs'

const script = `
  import { getHeapSpaceStatistics } from 'node:v8'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { spareMemory } from ${JSON.stringify(new URL('./spare-memory.ts', import.meta.url).href)}
  const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20
  // What lives for a while makes the young generation grow.
  const kept = []
  for (let n = 0; n < 400_000; n++) kept[n % 100_000] = { n, text: String(n) }
  const before = young()
  kept.length = 0
  spareMemory()
  console.log(JSON.stringify({ before }))
  // Hot code is compiled now, as without any flag.
  const add = (one, other) => one + other
  const work = () => {
    let sum = 0
    for (let n = 0; n < 500_000; n++) sum = add(sum, n)
  }
  for (const end = Date.now() + Number(process.env.BUSY_MS); Date.now() < end; await sleep(1)) work()
  // It looks every five seconds, and a busy machine may be late.
  for (const end = Date.now() + Number(process.env.WAIT_MS); young() > 2 && Date.now() < end; ) await sleep(100)
  console.log(JSON.stringify({ after: young() }))`

const run = (flags: readonly string[], { waitMs = 0, busyMs = 0 }) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, WAIT_MS: String(waitMs), BUSY_MS: String(busyMs) },
  })
  assert.equal(status, 0, stderr)
  return stdout
}

const figures = (said: string): { before: number; after: number } => {
  const lines = said.split('\n').filter((line) => line.startsWith('{'))
  return Object.assign({}, ...lines.map((line) => JSON.parse(line)))
}

describe('spareMemory', () => {
  it('gives the young generation back at rest, with the flags that a gateway is run with', () => {
    const { before, after } = figures(run(gatewayFlags, { waitMs: 60_000 }))
    assert.ok(before >= 8, `it had grown to ${before} MiB`)
    assert.ok(after <= 2, `${after} MiB are left`)
  })

  it('lets V8 compile what is called often from then on, and not before', () => {
    const [start, running] = run([...gatewayFlags, '--trace-opt'], { busyMs: 15_000 }).split('{"before"')
    assert.doesNotMatch(start ?? '', /completed optimizing/)
    assert.match(running ?? '', /completed optimizing/)
  })

  it('does nothing without the collector', () => {
    const { before, after } = figures(run([], { waitMs: 12_000 }))
    assert.ok(after >= before)
  })
})
