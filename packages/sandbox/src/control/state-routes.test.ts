import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { StockClient, textOf } from '../driver/testing/stock-client.ts'
import { controlWorld } from './testing/control-world.ts'

// The library announces closed sessions on the console.
console.info = () => {}

const { sandbox, call } = await controlWorld({ seed: 4 })
const clients: StockClient[] = []

async function linked(name: string) {
  const phone = await sandbox.phone({ name })
  const client = new StockClient(sandbox)
  clients.push(client)
  await client.link(phone)
  await client.until('creds.update', (update) => (update.accountSyncCounter ?? 0) > 0)
  return { phone, client, jid: `${phone.id}:1@s.whatsapp.net` }
}

describe('control of the world as a whole', () => {
  after(async () => {
    for (const client of clients) await client.close()
    await sandbox.stop()
  })

  it('lets a day pass in a moment', async () => {
    const before = Date.parse((await call('GET', '/clock')).body.now)
    const after = Date.parse((await call('POST', '/clock', { advance_ms: 24 * 60 * 60 * 1000 })).body.now)
    assert.ok(after - before >= 24 * 60 * 60 * 1000)
    assert.equal((await call('POST', '/clock', { advance_ms: -1 })).status, 400)
  })

  it('bans for a while, and lets in again when the time has passed', async () => {
    const { client, jid } = await linked('Ana')
    const ban = await call('POST', '/faults', { device: jid, action: { kind: 'temporary-ban', seconds: 3600 } })
    await client.until('connection.update', (update) => update.connection === 'close')
    const [armed] = (await call('GET', '/faults')).body
    assert.deepEqual([armed.id, armed.devices, armed.action.kind], [ban.body.id, [jid], 'temporary-ban'])
    client.events.length = 0
    client.open()
    await client.untilClosed(402)
    await call('POST', '/clock', { advance_ms: 3_600_000 })
    assert.deepEqual((await call('GET', '/faults')).body, [])
    client.events.length = 0
    await client.connect()
  })

  it('cuts devices off and lets everything through, in order, once the way is open again', async () => {
    const { phone: ana, client, jid } = await linked('Ana')
    const bob = await sandbox.phone({ name: 'Bob' })
    await bob.send(ana.jid, { text: 'before' })
    await client.untilText('before')
    const { body } = await call('POST', '/faults', { devices: [jid, bob.jid], action: { kind: 'partition' } })
    const sending = [bob.send(ana.jid, { text: 'one' }), bob.send(ana.jid, { text: 'two' })]
    const carl = await sandbox.phone({ name: 'Carl' })
    await carl.send(ana.jid, { text: 'from outside' })
    await ana.until.message((message) => message.text === 'from outside')
    const texts = (): string[] => client.messages.flatMap((message) => textOf(message) ?? [])
    assert.deepEqual(texts(), ['before'])
    assert.deepEqual((await call('DELETE', `/faults/${body.id}`)).body, { cleared: true })
    await Promise.all(sending)
    await client.untilText('two')
    await client.untilText('from outside')
    assert.deepEqual(
      texts().filter((text) => text !== 'from outside'),
      ['before', 'one', 'two'],
    )
    assert.equal((await call('DELETE', `/faults/${body.id}`)).status, 404)
  })

  it('holds a login back as long as the device is cut off, and a partition may end by itself', async () => {
    const { client, jid } = await linked('Ana')
    await client.close()
    await call('POST', '/faults', { device: jid, action: { kind: 'partition', ms: 60_000 } })
    client.events.length = 0
    const cursor = sandbox.world.log.cursor
    const connected = client.connect()
    const ended = sandbox.world.log.until(({ type }) => type === 'fault.ended', undefined, cursor)
    await sandbox.world.log.until(({ type }) => type === 'login.held', undefined, cursor)
    await call('POST', '/clock', { advance_ms: 60_000 })
    assert.equal((await ended).data['why'], 'over')
    await connected
  })

  it('keeps accounts under a timelock from strangers, and not from those they know', async () => {
    const { phone: ana, client, jid } = await linked('Ana')
    const [friend, stranger] = [await sandbox.phone({ name: 'Friend' }), await sandbox.phone({ name: 'Stranger' })]
    await friend.send(ana.jid, { text: 'we know each other' })
    await client.untilText('we know each other')
    await call('POST', '/faults', { device: jid, action: { kind: 'reach-out-timelock', seconds: 600 } })
    const cursor = sandbox.world.log.cursor
    const id = await client.sendText(stranger.jid, 'hello, stranger')
    const refused = await sandbox.world.log.until(({ type }) => type === 'stanza.refused', undefined, cursor)
    assert.deepEqual([refused.data['id'], refused.data['code']], [id, 463])
    await client.sendText(friend.jid, 'hello, friend')
    await friend.until.message((message) => message.text === 'hello, friend')
    await call('POST', '/clock', { advance_ms: 600_000 })
    await client.sendText(stranger.jid, 'now I may')
    await stranger.until.message((message) => message.text === 'now I may')
  })

  it('throws out clients that are too old and devices that are removed', async () => {
    const { phone, client, jid } = await linked('Ana')
    const old = await call('POST', '/faults', { device: jid, action: { kind: 'client-outdated' } })
    await client.until('connection.update', (update) => update.connection === 'close')
    client.open()
    await client.untilClosed(405)
    await call('DELETE', `/faults/${old.body.id}`)
    client.events.length = 0
    await client.connect()
    assert.deepEqual((await call('POST', '/faults', { device: jid, action: { kind: 'device-removed' } })).body, {
      armed: true,
    })
    await client.untilClosed(401)
    assert.deepEqual(phone.devices(), [])
  })

  it('tells linked devices which hidden ids are behind the numbers they know', async () => {
    const { client, jid } = await linked('Ana')
    await call('POST', '/faults', { device: jid, action: { kind: 'lid-migration' } })
    await client.until('messages.upsert', ({ messages }) =>
      messages.some(({ message }) => message?.protocolMessage?.lidMigrationMappingSyncMessage),
    )
  })

  it('ends the links to a file', async () => {
    const phone = await sandbox.phone({ name: 'Ana' })
    const { path, hash } = sandbox.world.media.put('image', new Uint8Array([1, 2, 3]), phone.account.lid)
    const expire = { action: { kind: 'expired-media', hash: Buffer.from(hash, 'base64url').toString('base64') } }
    assert.equal((await fetch(`${sandbox.origin}${path}`)).status, 200)
    assert.equal((await call('POST', '/faults', expire)).status, 200)
    assert.equal((await fetch(`${sandbox.origin}${path}`)).status, 410)
    assert.equal((await call('POST', '/faults', { action: { kind: 'expired-media', hash: 'AAAA' } })).status, 404)
  })

  it('captures the world and puts it back', async () => {
    const before = (await call('GET', '/phones')).body
    const taken = await fetch(`${sandbox.origin}/snapshot`, { method: 'POST' })
    assert.equal(taken.headers.get('content-type'), 'application/octet-stream')
    const snapshot = await taken.arrayBuffer()
    await call('POST', '/reset')
    assert.deepEqual((await call('GET', '/phones')).body, [])
    const restored = await fetch(`${sandbox.origin}/restore`, { method: 'POST', body: snapshot })
    assert.deepEqual(await restored.json(), { restored: true, phones: before.length })
    const ids = (phones: { id: string }[]): string[] => phones.map(({ id }) => id)
    assert.deepEqual(ids((await call('GET', '/phones')).body), ids(before))
    assert.equal((await fetch(`${sandbox.origin}/restore`, { method: 'POST', body: 'nonsense' })).status, 400)
  })

  it('makes worlds beside it, and ends them', async () => {
    const made = await call('POST', '/worlds', { name: 'green', seed: 9 })
    assert.equal(made.body.socket_url, sandbox.socketUrl.replace('/ws', '/worlds/green/ws'))
    assert.deepEqual((await call('GET', '/worlds')).body, [made.body])
    assert.equal((await call('GET', '/worlds/green/')).body.root_key_hex, made.body.root_key_hex)
    assert.equal((await call('POST', '/worlds', { name: 'green' })).status, 409)
    assert.deepEqual((await call('DELETE', '/worlds/green')).body, { removed: 'green' })
    assert.equal((await call('DELETE', '/worlds/green')).status, 404)
    assert.equal((await call('GET', '/worlds/green/phones')).body.error.code, 'not_found')
  })
})
