import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { WireNode } from '../wire/node.ts'
import { textAttr } from '../wire/node-access.ts'
import type { Device } from '../world/account.ts'
import type { FaultRule } from '../world/faults/faults.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { World } from '../world/world.ts'
import { FaultGate } from './fault-gate.ts'
import { serveWorld } from './serve-world.ts'
import { BarePhone } from './testing/bare-phone.ts'

describe('the fault gate', () => {
  let clock: ManualClock
  let world: World
  let device: Device
  let gate: FaultGate
  let passed: WireNode[]
  let ended: number[]

  const message = (id: string, tag = 'message'): WireNode => ({
    tag,
    attrs: { id },
    content: [{ tag: 'enc', attrs: { v: '2', type: 'msg' }, content: new Uint8Array(20) }],
  })
  const ids = () => passed.map((node) => textAttr(node, 'id'))
  const arm = (rule: Partial<FaultRule> & Pick<FaultRule, 'action'>) =>
    world.faults.next(device, { direction: 'out', tag: 'message', ...rule })
  const submit = (...names: string[]) => names.forEach((name) => void gate.submit(message(name)))

  beforeEach(() => {
    clock = new ManualClock()
    world = serveWorld(new World({ clock, seed: 6 }))
    device = new BarePhone(world, 'Ana').device
    passed = []
    ended = []
    gate = new FaultGate(world, device, 'out', {
      pass: (node) => void passed.push(node),
      end: (code) => void ended.push(code),
    })
  })

  it('lets everything through when nothing is asked for', () => {
    submit('a', 'b')
    assert.deepEqual(ids(), ['a', 'b'])
  })

  it('strikes as often as told, and only what matches', () => {
    arm({ action: { kind: 'drop' }, count: 2 })
    gate.submit(message('n', 'notification'))
    submit('a', 'b', 'c')
    assert.deepEqual(ids(), ['n', 'c'])
    assert.equal(world.log.since().filter((event) => event.type === 'fault').length, 2)
  })

  it('delays by world time while others overtake', () => {
    arm({ action: { kind: 'delay', ms: 500 } })
    submit('a', 'b')
    clock.advance(499)
    assert.deepEqual(ids(), ['b'])
    clock.advance(1)
    assert.deepEqual(ids(), ['b', 'a'])
  })

  it('doubles, and swaps with the next', () => {
    arm({ action: { kind: 'duplicate' } })
    arm({ action: { kind: 'reorder' } })
    submit('a', 'b', 'c', 'd')
    assert.deepEqual(ids(), ['a', 'a', 'c', 'b', 'd'])
  })

  it('spoils a copy of the ciphertext and leaves the original alone', () => {
    arm({ action: { kind: 'corrupt' } })
    const original = message('a')
    gate.submit(original)
    const sealed = (node: WireNode) => Buffer.from((node.content as WireNode[])[0]!.content as Uint8Array)
    assert.ok(sealed(original).equals(Buffer.alloc(20)))
    const changed = [...sealed(passed[0]!)].filter((byte) => byte !== 0)
    assert.equal(changed.length, 1)
    assert.equal(sealed(passed[0]!)[0], 0, 'the version byte stays')
  })

  it('ends the stream with a code, and falls silent for good', () => {
    arm({ action: { kind: 'stream-error', code: 503 } })
    arm({ action: { kind: 'silence' } })
    submit('a', 'b', 'c')
    gate.submit(message('n', 'notification'))
    assert.deepEqual([ended, ids()], [[503], []])
  })

  it('repeats its chances with the same seed', () => {
    const run = () => {
      const other = serveWorld(new World({ seed: 9 }))
      const struck = new BarePhone(other, 'Ben').device
      other.faults.next(struck, { direction: 'out', action: { kind: 'drop' }, count: 100, probability: 0.5 })
      return Array.from(
        { length: 40 },
        (_, index) => other.faults.strike(struck, 'out', message(String(index))) !== undefined,
      )
    }
    const first = run()
    assert.deepEqual(run(), first)
    assert.ok(first.includes(true) && first.includes(false))
  })
})
