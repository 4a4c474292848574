import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linked } from '@switchboard/engine/contract'
import { type SandboxHarness, withSandboxHarness } from '../../testing/sandbox-harness.ts'

describe('what WhatsApp thinks of an account', () => {
  let harness: SandboxHarness
  withSandboxHarness((started) => {
    harness = started
  })

  it('can be asked: a reach-out timelock and how many new chats are left', async () => {
    const device = await linked(harness, 'Petra')
    const standing = device.session.use('standing')
    assert.equal((await standing.reachoutTimelock()).isActive, false)
    assert.equal((await standing.newChats()).quota, undefined)
    const { world } = harness.sandbox
    const now = world.clock.now()
    harness.sandbox.findPhone(device.phone.number)!.account.standing.newChats = {
      ...{ quota: 10, used: 8, since: now, until: now + 60_000 },
    }
    world.faults.impose([harness.sandbox.device(device.jid)], { kind: 'reach-out-timelock', seconds: 600 })
    const lock = await standing.reachoutTimelock()
    assert.equal(lock.isActive, true)
    assert.ok(Math.abs(lock.until! - now - 600_000) < 60_000)
    const { quota, used, status } = await standing.newChats()
    assert.deepEqual([quota, used, status], [10, 8, 'FIRST_WARNING'])
    await device.session.close()
  })
})
