import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { WireNode } from '../../wire/node.ts'
import { child, children, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import { accountJid } from '../../world/address.ts'
import { World } from '../../world/world.ts'
import { serveWorld } from '../serve-world.ts'
import { ask, element, errorCode } from '../testing/ask.ts'
import { BarePhone } from '../testing/bare-phone.ts'

describe('iq usync', () => {
  const world = serveWorld(new World({ seed: 2 }))
  const ana = new BarePhone(world, 'Ana')
  const ben = new BarePhone(world, 'Ben')
  world.addDevice(ben.account, { id: 3, registrationId: 1, identityKey: new Uint8Array(32) })
  ben.account.keyIndexList = { bytes: Uint8Array.of(1, 2, 3), timestamp: 99 }
  ben.account.about = { text: 'at sea', at: 1_700_000_000_000 }

  const query = async (protocols: WireNode[], users: WireNode[]) => {
    const asked = element('usync', [element('query', protocols), element('list', users)], {
      sid: 's1',
      mode: 'query',
      context: 'message',
    })
    const answer = await ask(world, ana.device, 'get', 'usync', [asked])
    return { answer, users: children(child(child(answer, 'usync'), 'list') ?? element('none'), 'user') }
  }

  it('lists devices with key indexes and the signed list, under the address that was asked for', async () => {
    for (const addressing of ['lid', 'pn'] as const) {
      const jid = accountJid(ben.account, addressing)
      const { users } = await query(
        [element('devices', undefined, { version: '2' })],
        [element('user', undefined, { jid })],
      )
      const devices = child(users[0], 'devices')
      assert.deepEqual(users[0]!.attrs['jid'], jid)
      assert.deepEqual(
        children(child(devices, 'device-list')!).map((device) => ({ ...device.attrs })),
        [{ id: '0' }, { id: '3', 'key-index': '3' }],
      )
      assert.equal(textAttr(child(devices, 'key-index-list'), 'ts'), '99')
    }
  })

  it('makes whoever asked for devices hear of changes to them', async () => {
    world.addDevice(ben.account, { id: 4, registrationId: 1, identityKey: new Uint8Array(32) })
    assert.equal(ana.received.at(-1)!.node.attrs['type'], 'devices')
  })

  it('finds contacts as baileys asks: by +number, answered by number', async () => {
    const ask = (text: string) => element('user', [element('contact', text)])
    const { users } = await query([element('contact')], [ask(`+${ben.account.phone}`), ask('+10000000')])
    assert.deepEqual(jidAttr(users[0], 'jid'), accountJid(ben.account, 'pn'))
    assert.equal(textAttr(child(users[0], 'contact'), 'type'), 'in')
    assert.equal(textAttr(child(users[1], 'contact'), 'type'), 'out')
  })

  it('finds contacts as whatsmeow asks: by +number@c.us, answered by LID and number with the question echoed', async () => {
    const asked = `+${ben.account.phone}@c.us`
    const { users } = await query(
      [
        element('contact', undefined, { addressing_mode: 'lid' }),
        element('business', [element('verified_name')]),
        element('username'),
      ],
      [element('user', [element('contact', asked)])],
    )
    assert.deepEqual(users[0]!.attrs, { jid: accountJid(ben.account, 'lid'), pn_jid: accountJid(ben.account, 'pn') })
    assert.equal(contentText(child(users[0], 'contact')), asked)
  })

  it('answers a number that leads to an account with the address of the account', async () => {
    const eva = new BarePhone(world, 'Eva')
    world.setAliases(eva.account, ['5511988887777'])
    const typed = { user: '5511988887777', server: 's.whatsapp.net' } as const
    const { users } = await query(
      [element('contact'), element('lid'), element('devices', undefined, { version: '2' })],
      [element('user', [element('contact', '+5511988887777')]), element('user', undefined, { jid: typed })],
    )
    for (const user of users) {
      assert.deepEqual(jidAttr(user, 'jid'), accountJid(eva.account, 'pn'))
      assert.deepEqual(child(user, 'lid')!.attrs['val'], accountJid(eva.account, 'lid'))
    }
    assert.equal(contentText(child(users[0], 'contact')), '+5511988887777')
    assert.equal(world.account(typed), undefined, 'it is nobody’s address')
    assert.throws(() => world.setAliases(ana.account, ['5511988887777']), /exists/)
    assert.throws(() => world.setAliases(ana.account, [ben.account.phone]), /exists/)
  })

  it('tells LID, about text and disappearing mode', async () => {
    const jid = accountJid(ben.account, 'pn')
    const protocols = [element('lid'), element('status'), element('disappearing_mode')]
    const { users } = await query(protocols, [element('user', undefined, { jid })])
    assert.deepEqual(child(users[0], 'lid')!.attrs['val'], accountJid(ben.account, 'lid'))
    assert.equal(contentText(child(users[0], 'status')), 'at sea')
    assert.equal(textAttr(child(users[0], 'status'), 't'), '1700000000')
    assert.equal(textAttr(child(users[0], 'disappearing_mode'), 'duration'), '0')
  })

  it('tells the emoji and the end of an about text, and nothing of one that has ended', async () => {
    const before = ben.account.about
    const shown = async () => {
      const jid = accountJid(ben.account, 'pn')
      const { users } = await query([element('text_status')], [element('user', undefined, { jid })])
      const node = child(users[0], 'text_status')
      const [text, seconds] = ['text', 'ephemeral_duration_sec'].map((name) => textAttr(node, name))
      return [text, seconds, textAttr(child(node, 'emoji'), 'content')]
    }
    ben.account.about = { text: 'at tea', at: world.clock.now(), emoji: '🍵', seconds: 60 }
    assert.deepEqual(await shown(), ['at tea', '60', '🍵'])
    ben.account.about = { ...ben.account.about, at: world.clock.now() - 60_000 }
    assert.deepEqual(await shown(), ['', '-1', undefined])
    ben.account.about = before
  })

  it('hides an about text that its owner hides', async () => {
    ben.account.privacy.set('status', 'none')
    const { users } = await query(
      [element('status')],
      [element('user', undefined, { jid: accountJid(ben.account, 'pn') })],
    )
    assert.equal(textAttr(child(users[0], 'status'), 'code'), '401')
    assert.equal(contentText(child(users[0], 'status')), undefined)
  })

  it('refuses and records a protocol that it does not know', async () => {
    const { answer } = await query([element('horoscope')], [])
    assert.equal(errorCode(answer), '501')
    assert.deepEqual(
      world.unhandled.list().map(({ what }) => what),
      ['usync/get/horoscope'],
    )
  })
})
