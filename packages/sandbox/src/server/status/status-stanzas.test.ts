import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { WireNode } from '../../wire/node.ts'
import { children, textAttr } from '../../wire/node-access.ts'
import { type Addressing, deviceJid } from '../../world/address.ts'
import { ManualClock } from '../../world/manual-clock.ts'
import { World } from '../../world/world.ts'
import { serveWorld } from '../serve-world.ts'
import { element } from '../testing/ask.ts'
import { BarePhone } from '../testing/bare-phone.ts'
import { dropExpiredStatus, statusLifeMs } from './status-expiry.ts'
import { statusJid } from './status-message.ts'

describe('stanzas of the status', () => {
  let world: World
  let clock: ManualClock
  let ana: BarePhone
  let ben: BarePhone
  let caro: BarePhone

  beforeEach(() => {
    clock = new ManualClock()
    world = serveWorld(new World({ clock }))
    ana = new BarePhone(world, 'Ana')
    ben = new BarePhone(world, 'Ben')
    caro = new BarePhone(world, 'Caro')
  })

  const enc = (type: string): WireNode => element('enc', Uint8Array.of(1), { v: '2', type })
  const post = (id: string, to: BarePhone[], addressing: Addressing = 'lid', shared = [enc('skmsg')]) => {
    const named = to.map(({ device }) => element('to', [enc('msg')], { jid: deviceJid(device, addressing) }))
    const content = [element('participants', named), ...shared]
    return world.router.submit(ana.device, { tag: 'message', attrs: { id, to: statusJid, type: 'text' }, content })
  }
  const receive = (phone: BarePhone, attrs: Record<string, string>, participant = deviceJid(ana.device, 'lid')) =>
    world.router.submit(phone.device, { tag: 'receipt', attrs: { ...attrs, to: statusJid, participant } })

  it('reach those who are named, both parts together, and nobody else', async () => {
    assert.equal(textAttr(await post('S1', [ben]), 'class'), 'message')
    const { attrs } = ben.received.at(-1)!.node
    assert.deepEqual([attrs['from'], attrs['participant']], [statusJid, deviceJid(ana.device, 'lid')])
    assert.deepEqual(attrs['participant_pn'], { user: ana.account.phone, server: 's.whatsapp.net' })
    assert.deepEqual(
      children(ben.received.at(-1)!.node, 'enc').map((part) => textAttr(part, 'type')),
      ['msg', 'skmsg'],
    )
    assert.equal(caro.received.length, 0)
    await post('S2', [caro], 'pn')
    assert.deepEqual(caro.received.at(-1)!.node.attrs['participant'], deviceJid(ana.device, 'pn'))
  })

  it('are refused without content', async () => {
    assert.equal(textAttr(await post('S1', [], 'lid', []), 'error'), '479')
  })

  it('stay until their receipt names author and chat, and tell the author', async () => {
    await post('S1', [ben])
    await receive(ben, { id: 'S1' }, deviceJid(caro.device, 'lid'))
    assert.equal(ben.device.mailbox.size, 1)
    await receive(ben, { id: 'S1' })
    assert.equal(ben.device.mailbox.size, 0)
    await receive(ben, { id: 'S1', type: 'read' })
    const { attrs } = ana.received.at(-1)!.node
    assert.deepEqual(
      [attrs['from'], attrs['participant'], attrs['type']],
      [statusJid, deviceJid(ben.device, 'lid'), 'read'],
    )
    const asked = await receive(ben, { id: 'S1', type: 'retry' })
    assert.equal(textAttr(asked, 'class'), 'receipt')
    assert.equal(textAttr(ana.received.at(-1)!.node, 'type'), 'retry')
  })

  it('are dropped from mailboxes after a day, and other messages are not', async () => {
    await post('S1', [ben])
    clock.advance(statusLifeMs - 1)
    await post('S2', [ben])
    const direct = { id: 'D1', to: deviceJid(ben.device, 'lid'), type: 'text' }
    await world.router.submit(ana.device, { tag: 'message', attrs: direct, content: [enc('msg')] })
    clock.advance(1)
    dropExpiredStatus(world, ben.device)
    assert.deepEqual(
      ben.device.mailbox.entries().map(({ id }) => id),
      ['S2', 'D1'],
    )
    clock.advance(statusLifeMs)
    dropExpiredStatus(world, ben.device)
    assert.deepEqual(
      ben.device.mailbox.entries().map(({ id }) => id),
      ['D1'],
    )
  })

  it('know no other broadcast lists', async () => {
    const to = { user: '123', server: 'broadcast' } as const
    const answer = await world.router.submit(ana.device, { tag: 'message', attrs: { id: 'B1', to, type: 'text' } })
    assert.deepEqual([textAttr(answer, 'error'), world.unhandled.size], ['501', 1])
  })
})
