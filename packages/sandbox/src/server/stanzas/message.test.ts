import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { bareJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, textAttr } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import { accountJid, deviceJid } from '../../world/address.ts'
import { World } from '../../world/world.ts'
import { participantHash } from '../participant-hash.ts'
import { serveWorld } from '../serve-world.ts'
import { element } from '../testing/ask.ts'
import { BarePhone } from '../testing/bare-phone.ts'

const enc = (type = 'msg') => element('enc', Uint8Array.of(1, 2, 3), { v: '2', type })

describe('a message', () => {
  let world: World
  let ana: BarePhone
  let ben: BarePhone
  let companion: Device

  const to = (jid: Jid, type?: string) => element('to', [enc(type)], { jid })
  const send = async (from: Device, attrs: WireNode['attrs'], content: WireNode[]) => {
    const answer = await world.router.submit(from, {
      tag: 'message',
      attrs: { id: 'M1', type: 'text', ...attrs },
      content,
    })
    await setImmediate()
    return answer
  }
  const all = () => [deviceJid(ben.device, 'lid'), deviceJid(ana.device, 'lid')]
  const messages = (phone: BarePhone) =>
    phone.received.filter((entry) => entry.kind === 'message').map((entry) => entry.node)

  beforeEach(() => {
    world = serveWorld(new World())
    ana = new BarePhone(world, 'Ana')
    ben = new BarePhone(world, 'Ben')
    companion = world.addDevice(ana.account, { registrationId: 1, identityKey: new Uint8Array(32) })
  })

  it('is acknowledged with a time and without a hash when every device was named', async () => {
    const chat = accountJid(ben.account, 'lid')
    const answer = await send(companion, { to: chat }, [
      element(
        'participants',
        all().map((jid) => to(jid)),
      ),
    ])
    assert.deepEqual(answer!.attrs, { class: 'message', id: 'M1', from: chat, t: textAttr(answer, 't') })
    assert.match(textAttr(answer, 't')!, /^\d{10}$/)
  })

  it('is acknowledged before anybody gets it, and waits for them by then', async () => {
    const answered = world.router.submit(companion, {
      tag: 'message',
      attrs: { id: 'M1', type: 'text', to: accountJid(ben.account, 'lid') },
      content: [
        element(
          'participants',
          all().map((jid) => to(jid)),
        ),
      ],
    })
    assert.equal(textAttr(await answered, 'class'), 'message')
    assert.equal(messages(ben).length, 0)
    assert.ok(ben.device.mailbox.entries().some((entry) => entry.id === 'M1'))
    await setImmediate()
    assert.equal(messages(ben).length, 1)
  })

  it('is acknowledged with the true hash when a device was forgotten or invented', async () => {
    const chat = accountJid(ben.account, 'lid')
    const truth = participantHash([...all(), deviceJid(companion, 'lid')])
    const forgotten = await send(companion, { to: chat }, [element('participants', [to(all()[0]!)])])
    assert.equal(textAttr(forgotten, 'phash'), truth)
    const invented = [...all(), { ...chat, device: 9 }].map((jid) => to(jid))
    assert.equal(textAttr(await send(companion, { to: chat }, [element('participants', invented)]), 'phash'), truth)
  })

  it('carries the device identity with a first message only', async () => {
    const content = (type: string) => [
      element(
        'participants',
        all().map((jid) => to(jid, type)),
      ),
      element('device-identity', Uint8Array.of(7)),
    ]
    await send(companion, { to: accountJid(ben.account, 'lid') }, content('pkmsg'))
    await send(companion, { to: accountJid(ben.account, 'lid'), id: 'M2' }, content('msg'))
    const [first, second] = messages(ben)
    assert.ok(child(first, 'device-identity'))
    assert.equal(child(second, 'device-identity'), undefined)
    assert.equal(children(second!).length, 1)
  })

  it('between own devices names no chat', async () => {
    await send(companion, { to: accountJid(ana.account, 'pn'), category: 'peer' }, [enc()])
    const [peer] = messages(ana)
    assert.equal(peer!.attrs['category'], 'peer')
    assert.deepEqual(peer!.attrs['from'], deviceJid(companion, 'pn'))
    assert.equal(peer!.attrs['recipient'], undefined)
  })

  it('to one own device again names the chat that it belongs to', async () => {
    const chat = accountJid(ben.account, 'lid')
    await send(companion, { to: deviceJid(ana.device, 'lid'), recipient: chat, device_fanout: 'false' }, [enc('pkmsg')])
    assert.deepEqual(messages(ana)[0]!.attrs['recipient'], bareJid(chat))
    assert.equal(messages(ben).length, 0)
  })

  it('is refused when malformed, when meant for a third person, and when nobody is there', async () => {
    const chat = accountJid(ben.account, 'lid')
    const carl = new BarePhone(world, 'Carl')
    const codes = [
      await send(companion, { to: chat }, []),
      await send(companion, { to: chat }, [element('enc', Uint8Array.of(1), { v: '2', type: 'plain' })]),
      await send(companion, { to: chat }, [element('participants', [to(deviceJid(carl.device, 'lid'))])]),
      await send(companion, { to: chat }, [element('participants', [element('to', [enc()])])]),
      await send(companion, { to: { user: '404', server: 'lid' } }, [enc()]),
      await send(companion, { to: { user: '1-2', server: 'g.us' } }, [enc()]),
    ].map((answer) => textAttr(answer, 'error'))
    assert.deepEqual(codes, ['479', '479', '479', '479', '404', '404'])
    assert.equal(messages(ben).length + messages(carl).length, 0)
  })

  it('waits until its receiver acknowledges it, also by a batch of receipts', async () => {
    const chat = accountJid(ana.account, 'lid')
    for (const id of ['A', 'B', 'C'])
      await send(ben.device, { to: chat, id }, [element('participants', [to(deviceJid(companion, 'lid'))])])
    const waiting = () => companion.mailbox.entries().flatMap((entry) => (entry.kind === 'message' ? [entry.id] : []))
    assert.deepEqual(waiting(), ['A', 'B', 'C'])
    const list = element('list', [element('item', undefined, { id: 'C' })])
    const receipt = {
      tag: 'receipt',
      attrs: { id: 'A', to: deviceJid(ben.device, 'lid'), type: 'inactive' },
      content: [list],
    }
    const answer = await world.router.submit(companion, receipt)
    assert.deepEqual(waiting(), ['B'])
    assert.equal(textAttr(answer, 'class'), 'receipt')
    const told = ben.received.at(-1)!.node
    assert.deepEqual(told.attrs['from'], deviceJid(companion, 'lid'))
    assert.equal(children(child(told, 'list')!).length, 1)
    await world.router.submit(companion, {
      tag: 'ack',
      attrs: { class: 'message', id: 'B', to: deviceJid(ben.device, 'lid'), error: '500' },
    })
    assert.deepEqual(waiting(), [])
  })

  it('keeps waiting when the receipt names another chat', async () => {
    const chat = accountJid(ben.account, 'lid')
    await send(ana.device, { to: chat }, [element('participants', [to(deviceJid(companion, 'lid'))])])
    const receipt = (recipient: Jid) => ({
      tag: 'receipt',
      attrs: { id: 'M1', to: deviceJid(ana.device, 'lid'), recipient, type: 'sender' },
    })
    const waiting = () => companion.mailbox.entries().filter((entry) => entry.kind === 'message').length
    await world.router.submit(companion, receipt(accountJid(ana.account, 'lid')))
    assert.equal(waiting(), 1)
    await world.router.submit(companion, receipt(accountJid(ben.account, 'pn')))
    assert.equal(waiting(), 0)
  })

  it('read on one device is read on the others', async () => {
    const chat = accountJid(ben.account, 'lid')
    await world.router.submit(companion, { tag: 'receipt', attrs: { id: 'A', to: chat, type: 'read' } })
    const own = ana.received.at(-1)!.node
    assert.deepEqual([own.attrs['type'], own.attrs['recipient']], ['read-self', chat])
    assert.equal(ben.received.at(-1)!.node.attrs['type'], 'read')
  })

  it('that could not be opened is asked for again from the device that sent it alone', async () => {
    const content = [
      element('retry', undefined, { count: '1', id: 'A', t: '1', v: '1' }),
      element('registration', new Uint8Array(4)),
    ]
    await world.router.submit(ben.device, {
      tag: 'receipt',
      attrs: { id: 'A', to: deviceJid(companion, 'lid'), type: 'retry' },
      content,
    })
    const [retry] = companion.mailbox.entries().filter((entry) => entry.kind === 'receipt')
    assert.deepEqual(
      children(retry!.node).map(({ tag }) => tag),
      ['retry', 'registration'],
    )
    assert.equal(
      ana.received.some((entry) => entry.kind === 'receipt'),
      false,
    )
  })
})
