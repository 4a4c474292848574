import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { gatewayFlags } from '../../../../scripts/gateway-flags.mjs'
import { unchangedHere } from '../memory/release-program.ts'

const script = `
  import { getHeapSpaceStatistics } from 'node:v8'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { spareMemory } from ${JSON.stringify(new URL('./spare-memory.ts', import.meta.url).href)}
  const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20
  const say = (name) => console.log(JSON.stringify({ [name]: young() }))
  const busy = () => {
    // What lives for a while makes the young generation grow.
    const kept = []
    for (const from = process.cpuUsage(); process.cpuUsage(from).user < 2_000_000; )
      for (let n = 0; n < 100_000; n++) kept[n] = { n, text: String(n) }
  }
  const until = async (given, ms) => {
    for (const end = Date.now() + ms; !given() && Date.now() < end; ) await sleep(100)
  }
  busy()
  say('afterStart')
  let changes = 0
  spareMemory(() => changes)
  // It looks every five seconds, and a busy machine may be late.
  await until(() => young() <= 2, Number(process.env.WAIT_MS))
  say('atRest')
  if (process.env.AGAIN) {
    busy()
    say('afterWork')
    await sleep(11_000)
    say('inPause')
    await until(() => young() <= 2, Number(process.env.WAIT_MS))
    say('atRestAgain')
  }`

/** Something old dies with the next collection of the whole heap. */
const trickling = `
  import { setTimeout as sleep } from 'node:timers/promises'
  import { spareMemory } from ${JSON.stringify(new URL('./spare-memory.ts', import.meta.url).href)}
  let changes = 0
  spareMemory(() => changes, 100)
  await sleep(1_000)
  let kept = { old: true }
  const old = new WeakRef(kept)
  for (let n = 0; n < 2; n++) gc({ type: 'minor', execution: 'sync' })
  kept = undefined
  globalThis.grown = Buffer.alloc(32 * 2 ** 20, 1)
  const say = (name) => console.log(JSON.stringify({ [name]: old.deref() ? 1 : 0 }))
  for (let n = 0; n < 100; n++) {
    changes++
    await sleep(20)
  }
  say('trickle')
  for (const end = Date.now() + Number(process.env.WAIT_MS); old.deref() && Date.now() < end; ) await sleep(100)
  say('rest')`

/** What it has read of Node itself. */
const reading = `
  import { setTimeout as sleep } from 'node:timers/promises'
  import { residentMemory } from ${JSON.stringify(new URL('../memory/resident.ts', import.meta.url).href)}
  import { spareMemory } from ${JSON.stringify(new URL('./spare-memory.ts', import.meta.url).href)}
  const files = () => residentMemory().files / 2 ** 20
  const before = files()
  spareMemory(() => 0, 100)
  for (const end = Date.now() + Number(process.env.WAIT_MS); files() > before - 10 && Date.now() < end; ) await sleep(100)
  console.log(JSON.stringify({ given: before - files() }))`

const run = (
  flags: readonly string[],
  environment: { WAIT_MS: string; AGAIN?: string },
  program = script,
): Record<string, number> => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  assert.equal(status, 0, stderr)
  return Object.assign(
    {},
    ...stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  )
}

const unmapped = unchangedHere().length === 0

describe('spareMemory', () => {
  it('gives the young generation back at rest and not in a pause, with the flags that a gateway is run with', () => {
    const { afterStart, atRest, afterWork, inPause, atRestAgain } = run(gatewayFlags, {
      WAIT_MS: '60000',
      AGAIN: 'yes',
    })
    assert.ok(afterStart! >= 12, `it had grown to ${afterStart} MiB`)
    assert.ok(atRest! <= 2, `${atRest} MiB are left of the start`)
    assert.ok(afterWork! >= 12, `it had grown again to ${afterWork} MiB`)
    assert.ok(inPause! >= 12, `${inPause} MiB are left in a pause`)
    assert.ok(atRestAgain! <= 2, `${atRestAgain} MiB are left of the work`)
  })

  it('collects the whole heap when nobody asks for anything, and not while messages trickle', () => {
    const { trickle, rest } = run(gatewayFlags, { WAIT_MS: '20000' }, trickling)
    assert.equal(trickle, 1)
    assert.equal(rest, 0)
  })

  it('lets go of what it has read of the program', {
    skip: unmapped && 'the system does not say what is mapped',
  }, () => {
    const { given } = run(gatewayFlags, { WAIT_MS: '20000' }, reading)
    assert.ok(given! >= 10, `${given} MiB were let go of`)
  })

  it('does nothing without the collector', () => {
    const { atRest } = run([], { WAIT_MS: '12000' })
    assert.ok(atRest! > 2, `${atRest} MiB are left`)
  })
})
