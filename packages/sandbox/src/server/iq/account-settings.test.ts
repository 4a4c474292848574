import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../../wire/node-access.ts'
import { SyncdPatch } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import { accountJid, deviceJid } from '../../world/address.ts'
import { World } from '../../world/world.ts'
import { serveWorld } from '../serve-world.ts'
import { ask, element, errorCode } from '../testing/ask.ts'
import { BarePhone } from '../testing/bare-phone.ts'

describe('settings of an account', () => {
  let world: World
  let ana: BarePhone
  let ben: BarePhone
  let companion: Device

  beforeEach(() => {
    world = serveWorld(new World())
    ana = new BarePhone(world, 'Ana')
    ben = new BarePhone(world, 'Ben')
    companion = world.addDevice(ana.account, { registrationId: 1, identityKey: new Uint8Array(32) })
    ana.received.length = 0
  })

  const sync = (version: number, patch?: Uint8Array, name = 'regular') => {
    const collection = element('collection', patch ? [element('patch', patch)] : undefined, {
      name,
      version: String(version),
    })
    return ask(world, companion, 'set', 'w:sync:app:state', [element('sync', [collection])])
  }
  const collectionOf = (answer: WireNode) => child(child(answer, 'sync'), 'collection')!
  const bytes = Uint8Array.of(1)
  const record = { index: { blob: bytes }, value: { blob: bytes }, keyId: { id: bytes } }
  const whole = { mutations: [{ operation: 0, record }], patchMac: bytes, keyId: { id: bytes } }
  const patchSaying = (text: string) => SyncdPatch.encode({ ...whole, snapshotMac: Buffer.from(text) })

  it('numbers app-state patches, tells the other devices and hands them on with their version', async () => {
    assert.equal(textAttr(collectionOf(await sync(0, patchSaying('one'))), 'version'), '1')
    assert.equal(textAttr(collectionOf(await sync(1, patchSaying('two'))), 'version'), '2')
    const told = ana.received.map(({ node }) => textAttr(child(node, 'collection'), 'version'))
    assert.deepEqual(told, ['1', '2'])
    const patches = children(child(collectionOf(await sync(0)), 'patches')!).map((item) =>
      SyncdPatch.decode(contentBytes(item)!),
    )
    assert.deepEqual(
      patches.map((patch) => [patch.version?.version, Buffer.from(patch.snapshotMac!).toString()]),
      [
        [1, 'one'],
        [2, 'two'],
      ],
    )
  })

  it('refuses a patch on an old version with 409 and the patches that are missing', async () => {
    await sync(0, patchSaying('one'))
    const refused = collectionOf(await sync(0, patchSaying('late')))
    assert.equal(textAttr(refused, 'type'), 'error')
    assert.equal(textAttr(child(refused, 'error'), 'code'), '409')
    assert.equal(children(child(refused, 'patches')!).length, 1)
    assert.equal(ana.account.appState.get('regular')!.version, 1)
  })

  it('refuses a patch that changes nothing or lacks a MAC, and a collection that nobody has', async () => {
    assert.equal(errorCode(await sync(0, SyncdPatch.encode({ ...whole, mutations: [], snapshotMac: bytes }))), '400')
    assert.equal(errorCode(await sync(0, SyncdPatch.encode(whole))), '400')
    assert.equal(errorCode(await sync(0, patchSaying('x'), 'irregular')), '400')
    assert.equal(ana.account.appState.get('regular')?.version ?? 0, 0)
  })

  it('pages long histories of patches', async () => {
    for (let version = 0; version < 60; version++) await sync(version, patchSaying(String(version)))
    const first = collectionOf(await sync(0))
    assert.deepEqual([textAttr(first, 'version'), textAttr(first, 'has_more_patches')], ['50', 'true'])
    const rest = collectionOf(await sync(50))
    assert.deepEqual([textAttr(rest, 'version'), textAttr(rest, 'has_more_patches')], ['60', undefined])
  })

  it('blocks: the list names the person, the other devices hear of it, messages no longer arrive', async () => {
    const item = element('item', undefined, { action: 'block', jid: accountJid(ben.account, 'lid') })
    const answer = await ask(world, companion, 'set', 'blocklist', [item])
    assert.deepEqual(children(child(answer, 'list')!)[0]!.attrs, {
      jid: accountJid(ben.account, 'lid'),
      pn_jid: accountJid(ben.account, 'pn'),
    })
    assert.ok(child(ana.received.at(-1)!.node, 'blocklist'))
    const to = accountJid(ana.account, 'pn')
    const enc = element('enc', Uint8Array.of(1), { v: '2', type: 'msg' })
    await world.router.submit(ben.device, { tag: 'message', attrs: { id: 'B1', to, type: 'text' }, content: [enc] })
    await setImmediate()
    assert.equal(ana.received.filter((entry) => entry.kind === 'message').length, 0)
  })

  it('keeps privacy settings and refuses those that do not exist', async () => {
    const set = (name: string, value: string) =>
      ask(world, companion, 'set', 'privacy', [element('privacy', [element('category', undefined, { name, value })])])
    assert.equal(errorCode(await set('last', 'contacts')), undefined)
    assert.equal(errorCode(await set('shoe_size', 'all')), '400')
    const settings = child(await ask(world, companion, 'get', 'privacy', [element('privacy')]), 'privacy')!
    const last = children(settings).find((category) => textAttr(category, 'name') === 'last')
    assert.equal(textAttr(last, 'value'), 'contacts')
  })

  it('hands a trusted-contact token to the other side', async () => {
    const token = element('token', undefined, {
      jid: accountJid(ben.account, 'lid'),
      t: '1700000000',
      type: 'trusted_contact',
    })
    await ask(world, companion, 'set', 'privacy', [element('tokens', [token])])
    const told = ben.received.at(-1)!.node
    assert.equal(told.attrs['type'], 'privacy_token')
    assert.deepEqual(told.attrs['sender_lid'], accountJid(ana.account, 'lid'))
    assert.ok(contentBytes(child(child(told, 'tokens'), 'token'))!.length > 0)
  })

  it('lets a companion remove itself and nobody else', async () => {
    const remove = (jid: ReturnType<typeof deviceJid>) =>
      ask(world, companion, 'set', 'md', [
        element('remove-companion-device', undefined, { jid, reason: 'user_initiated' }),
      ])
    assert.equal(errorCode(await remove(deviceJid(ana.device, 'pn'))), '403')
    assert.equal(errorCode(await remove(deviceJid(ben.device, 'pn'))), '404')
    assert.equal(errorCode(await remove(deviceJid(companion, 'pn'))), undefined)
    await world.log.until((event) => event.type === 'device.removed')
    assert.deepEqual([...ana.account.devices.keys()], [0])
  })

  it('answers 501 to what it does not know and 400 to what has no id, and records only the former', async () => {
    assert.equal(errorCode(await ask(world, companion, 'get', 'w:nobody', [element('query')])), '501')
    const nameless = await world.router.submit(companion, { tag: 'iq', attrs: { type: 'get', xmlns: 'w:p' } })
    assert.equal(errorCode(nameless!), '400')
    assert.deepEqual(
      world.unhandled.list().map(({ what, count }) => [what, count]),
      [['w:nobody/get/query', 1]],
    )
  })

  it('change of a business card what they can, and refuse the rest', async () => {
    ana.account.person.business = { verifiedName: 'Ana Ltd', verifiedLevel: 'low' }
    const set = (...fields: WireNode[]) => ask(world, companion, 'set', 'w:biz', [element('business_profile', fields)])
    assert.equal(errorCode(await set(element('email', Buffer.from('a@b.example')))), undefined)
    assert.equal(errorCode(await set(element('email', Buffer.from('x')), element('cover_photo'))), '501')
    assert.equal(ana.account.person.business.email, 'a@b.example')
    assert.deepEqual(
      world.unhandled.list().map(({ what }) => what),
      ['w:biz/set/cover_photo'],
    )
  })
})
