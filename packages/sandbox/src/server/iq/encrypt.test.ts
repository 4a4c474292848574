import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { beforeEach, describe, it } from 'node:test'
import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, contentNumber, numberBytes, textAttr } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import { deviceJid } from '../../world/address.ts'
import { World } from '../../world/world.ts'
import { serveWorld } from '../serve-world.ts'
import { ask, element, errorCode } from '../testing/ask.ts'
import { BarePhone } from '../testing/bare-phone.ts'

const key = (tag: string, keyId: number, value: Uint8Array, signature?: Uint8Array) =>
  element(tag, [
    element('id', numberBytes(keyId, 3)),
    element('value', value),
    ...(signature ? [element('signature', signature)] : []),
  ])

describe('iq encrypt', () => {
  let world: World
  let ana: BarePhone
  let device: Device
  const identity = randomBytes(32)
  const signed = { value: randomBytes(32), signature: randomBytes(64) }
  const oneTime = Array.from({ length: 7 }, () => randomBytes(32))

  const upload = (identityKey: Uint8Array = identity) =>
    ask(world, device, 'set', 'encrypt', [
      element('registration', numberBytes(4242, 4)),
      element(
        'list',
        oneTime.map((value, index) => key('key', index + 1, value)),
      ),
      element('identity', identityKey),
      element('type', Uint8Array.of(5)),
      key('skey', 9, signed.value, signed.signature),
    ])
  const fetch = (jids: ReturnType<typeof deviceJid>[]) =>
    ask(world, ana.device, 'get', 'encrypt', [
      element(
        'key',
        jids.map((jid) => element('user', undefined, { jid })),
      ),
    ])
  const users = (answer: WireNode) => children(child(answer, 'list')!, 'user')

  beforeEach(async () => {
    world = serveWorld(new World())
    ana = new BarePhone(world, 'Ana')
    const ben = new BarePhone(world, 'Ben')
    device = world.addDevice(ben.account, { registrationId: 1, identityKey: identity })
    device.mailbox.clear()
    await upload()
  })

  it('counts what was uploaded, in whatever order its children came', async () => {
    const answer = await ask(world, device, 'get', 'encrypt', [element('count')])
    assert.equal(textAttr(child(answer, 'count'), 'value'), '7')
  })

  it('hands out each one-time key once, then bundles without', async () => {
    const handed: (number | undefined)[] = []
    for (let round = 0; round < 9; round++) {
      const [user] = users(await fetch([deviceJid(device, 'lid')]))
      assert.deepEqual([...contentBytes(child(user, 'identity'))!], [...identity])
      assert.equal(contentNumber(child(user, 'registration')), 4242)
      assert.equal(contentNumber(child(child(user, 'skey'), 'id')), 9)
      handed.push(contentNumber(child(child(user, 'key'), 'id')))
    }
    assert.deepEqual(handed, [1, 2, 3, 4, 5, 6, 7, undefined, undefined])
  })

  it('warns the device when fewer than five are left', async () => {
    for (let round = 0; round < 3; round++) await fetch([deviceJid(device, 'pn')])
    const [warning] = device.mailbox.entries()
    assert.equal(warning!.node.attrs['type'], 'encrypt')
    assert.equal(textAttr(child(warning!.node, 'count'), 'value'), '4')
  })

  it('answers an unknown device with an error of its own and the others all the same', async () => {
    const unknown = { ...deviceJid(device, 'pn'), device: 77 }
    const [bad, good] = users(await fetch([unknown, deviceJid(device, 'pn')]))
    assert.equal(textAttr(child(bad, 'error'), 'code'), '404')
    assert.ok(child(good, 'identity'))
    assert.deepEqual(bad!.attrs['jid'], unknown)
  })

  it('digests what it holds with SHA-1', async () => {
    const digest = child(await ask(world, device, 'get', 'encrypt', [element('digest')]), 'digest')
    const expected = createHash('sha1')
      .update(Buffer.concat([identity, signed.value, signed.signature, ...oneTime]))
      .digest()
    assert.deepEqual([...contentBytes(child(digest, 'hash'))!], [...expected])
    assert.deepEqual(
      children(child(digest, 'list')!).map((item) => contentNumber(item)),
      [1, 2, 3, 4, 5, 6, 7],
    )
  })

  it('replaces the signed prekey', async () => {
    await ask(world, device, 'set', 'encrypt', [element('rotate', [key('skey', 10, signed.value, signed.signature)])])
    const [user] = users(await fetch([deviceJid(device, 'pn')]))
    assert.equal(contentNumber(child(child(user, 'skey'), 'id')), 10)
  })

  it('tells peers when the identity changed', async () => {
    device.account.peers.add(ana.account)
    await upload(randomBytes(32))
    const told = ana.received.at(-1)!.node
    assert.equal(told.attrs['type'], 'encrypt')
    assert.deepEqual(told.attrs['from'], { user: device.account.phone, server: 's.whatsapp.net' })
    assert.ok(child(told, 'identity'))
  })

  it('refuses keys of the wrong length and changes nothing', async () => {
    const before = device.preKeys.size
    const answer = await ask(world, device, 'set', 'encrypt', [
      element('registration', numberBytes(1, 4)),
      element('identity', identity),
      element('list', [key('key', 1, randomBytes(31))]),
      key('skey', 9, signed.value, signed.signature),
    ])
    assert.equal(errorCode(answer), '400')
    assert.equal(device.preKeys.size, before)
    assert.equal(device.registrationId, 4242)
  })
})
