import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SendError } from '@switchboard/engine'
import { type ContractDevice, linked, newHost, open, reopen, sendText } from '@switchboard/engine/contract'
import { type SandboxHarness, withSandboxHarness } from './testing/sandbox-harness.ts'

describe('a message to one person', () => {
  let harness: SandboxHarness
  withSandboxHarness((started) => {
    harness = started
  })

  const send = async (from: ContractDevice, to: string, text: string) => (await sendText(harness, from, to, text)).ack

  it('needs no one-time prekey of the recipient', async () => {
    const device = await linked(harness, 'Petra')
    const bob = await harness.phone('Bob')
    harness.sandbox.world.faults.exhaustPreKeys(harness.sandbox.findPhone(bob.number)!.device)
    await send(device, bob.jid, 'without a one-time key')
    await bob.shows('without a one-time key')
    await bob.send(device.phone.jid, 'and back')
    await device.host.untilText('and back')
    await send(device, bob.jid, 'once more')
    await bob.shows('once more')
    await device.session.close()
  })

  it('reaches a new device of the recipient that nobody told of, from the answer of the server on', async () => {
    const device = await linked(harness, 'Hella')
    const bob = await harness.phone('Bob')
    await send(device, bob.jid, 'first')
    const { world } = harness.sandbox
    const rule = { direction: 'out', tag: 'notification', action: { kind: 'drop' }, count: 50 } as const
    const deaf = world.faults.next(harness.sandbox.device(device.jid), rule)
    const host = newHost()
    await open(harness, host)
    await bob.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const second = await reopen(harness, host)
    await send(device, bob.jid, 'as it was')
    await bob.shows('as it was')
    await send(device, bob.jid, 'to both')
    await host.untilText('to both')
    assert.ok(!host.texts().includes('as it was'))
    world.faults.cancel(deaf)
    await second.close()
    await device.session.close()
  })

  it('goes to who has the number now, not to who had it before', async () => {
    const device = await linked(harness, 'Nora')
    const eve = await harness.phone('Eve')
    await send(device, eve.jid, 'to Eve')
    await eve.shows('to Eve')
    const phone = harness.sandbox.findPhone(eve.number)!
    harness.sandbox.changeNumber(phone, '15550001234')
    await phone.send(device.phone.jid, { text: 'my new number' })
    assert.equal((await device.host.untilText('my new number')).chat.jid, '15550001234@s.whatsapp.net')
    await assert.rejects(send(device, eve.jid, 'to nobody'), { code: 'not_on_whatsapp' })
    const heir = await harness.sandbox.phone({ name: 'Heir', phone: eve.number })
    await send(device, eve.jid, 'to the heir')
    await heir.until.message(({ text }) => text === 'to the heir')
    await send(device, '15550001234@s.whatsapp.net', 'to Eve again')
    await phone.until.message(({ text }) => text === 'to Eve again')
    const read = phone.messages().map(({ text }) => text)
    assert.deepEqual(read, ['to Eve', 'my new number', 'to Eve again'])
    await device.session.close()
  })

  it('shows the token of a contact to a server that lets strangers write with one only', async () => {
    const [ida, ben] = [await linked(harness, 'Ida'), await linked(harness, 'Ben')]
    const { world } = harness.sandbox
    const account = (device: ContractDevice) => harness.sandbox.findPhone(device.phone.number)!.account
    await send(ben, ida.phone.jid, 'hello Ida')
    await ida.host.untilText('hello Ida')
    const given = () => account(ben).person.tokensGiven[account(ida).lid]
    await world.log.until(() => given() !== undefined)
    await harness.nothingWaits(ida.jid)
    // As if they had never talked: what is left is the token.
    delete account(ben).person.wroteTo[account(ida).lid]
    world.faults.impose([harness.sandbox.device(ida.jid)], { kind: 'reach-out-timelock', seconds: 60 })
    await send(ida, ben.phone.jid, 'with your token')
    await ben.host.untilText('with your token')
    const stranger = await harness.phone('Stranger')
    await assert.rejects(
      send(ida, stranger.jid, 'without'),
      (error) => error instanceof SendError && error.code === 463,
    )
    for (const { session } of [ida, ben]) await session.close()
  })
})
