import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EngineError } from '@switchboard/engine'
import { linked, newHost, open, reopen, sendText } from '@switchboard/engine/contract'
import { type SandboxHarness, withSandboxHarness } from './testing/sandbox-harness.ts'

describe('a session in a group', () => {
  let harness: SandboxHarness
  withSandboxHarness((started) => {
    harness = started
  })

  /** A linked device and Bob, in a group that Bob made. */
  async function inGroup(name: string) {
    const device = await linked(harness, name)
    const bob = await harness.phone('Bob')
    const phone = harness.sandbox.findPhone(bob.number)!
    const group = await phone.groups.create({ subject: 'Team', participants: [device.phone.jid] })
    return { device, bob, group }
  }

  it('writes what every member and the own phone can read', async () => {
    const { device, bob, group } = await inGroup('Gina')
    for (const text of ['to all', 'once more']) {
      await (await sendText(harness, device, group.jid, text)).ack
      await bob.shows(text)
      await device.phone.shows(text)
    }
    await device.session.close()
  })

  it('reads what members write', async () => {
    const { device, bob, group } = await inGroup('Gero')
    await bob.send(group.jid, 'from Bob')
    const item = await device.host.untilText('from Bob')
    assert.deepEqual([item.chat.jid, item.sender.jid, item.fromMe], [group.jid, bob.jid, false])
    await bob.send(group.jid, 'again')
    await device.host.untilText('again')
    await device.session.close()
  })

  it('is told after it was away that its groups changed, and says that it took note', async () => {
    const { device, bob, group } = await inGroup('Greta')
    await (await sendText(harness, device, group.jid, 'before')).ack
    const { world } = harness.sandbox
    const { cursor } = world.log
    await device.session.close()
    await world.log.until(
      ({ type, data }) => type === 'disconnected' && data['device'] === device.jid,
      undefined,
      cursor,
    )
    const carl = await harness.phone('Carl')
    await group.add([carl.jid])
    const isDirty = () => world.groups.isDirty(world.device(device.jid)!)
    assert.equal(isDirty(), true)
    const session = await reopen(harness, device.host)
    await world.log.until(() => !isDirty())
    await (await sendText(harness, { ...device, session }, group.jid, 'with Carl too')).ack
    await carl.shows('with Carl too')
    await bob.shows('with Carl too')
    await session.close()
  })

  it('lets new members read, and shuts out those who were removed', async () => {
    const { device, bob, group } = await inGroup('Gabi')
    await (await sendText(harness, device, group.jid, 'before')).ack
    const carl = await harness.phone('Carl')
    await group.add([carl.jid])
    await (await sendText(harness, device, group.jid, 'with Carl')).ack
    await carl.shows('with Carl')
    await group.remove([carl.jid])
    const kept = harness.sandbox.findPhone(carl.number)!
    await (await sendText(harness, device, group.jid, 'without Carl')).ack
    await bob.shows('without Carl')
    assert.equal(
      kept.messages().some(({ text }) => text === 'without Carl'),
      false,
    )
    await device.session.close()
  })

  it('reaches a new device of a member that nobody told of, when it asks or earlier', async () => {
    const { device, bob, group } = await inGroup('Grit')
    await (await sendText(harness, device, group.jid, 'first')).ack
    const { world } = harness.sandbox
    const rule = { direction: 'out', tag: 'notification', action: { kind: 'drop' }, count: 50 } as const
    const deaf = world.faults.next(harness.sandbox.device(device.jid), rule)
    const host = newHost()
    await open(harness, host)
    await bob.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const second = await reopen(harness, host)
    await (await sendText(harness, device, group.jid, 'as it was')).ack
    await (await sendText(harness, device, group.jid, 'to every device')).ack
    await host.untilText('to every device')
    world.faults.cancel(deaf)
    await second.close()
    await device.session.close()
  })

  it('writes again for a member who could not read', async () => {
    const { device, bob, group } = await inGroup('Gert')
    await (await sendText(harness, device, group.jid, 'whole')).ack
    await bob.shows('whole')
    harness.spoilNext(device.jid, 'from')
    await (await sendText(harness, device, group.jid, 'spoiled')).ack
    await bob.shows('spoiled')
    await device.session.close()
  })

  it('refuses to write to a group it is not in', async () => {
    const device = await linked(harness, 'Gast')
    const sending = sendText(harness, device, '120363000000000000@g.us', 'hello?')
    await assert.rejects(sending, (error) => error instanceof EngineError && error.code === 'refused')
    await device.session.close()
  })
})
