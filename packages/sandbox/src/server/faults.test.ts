import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { WAMessage } from 'baileys-stock'
import { World } from '../world/world.ts'
import { SandboxServer } from './sandbox-server.ts'
import { serveWorld } from './serve-world.ts'
import { type LinkedClient, linkedClient } from './testing/linked-client.ts'
import { statusOf } from './testing/stock-client.ts'

interface Upsert {
  messages: WAMessage[]
}

const textOf = (message: WAMessage) => message.message?.conversation ?? message.message?.extendedTextMessage?.text
const saying = (text: string) => (upsert: Upsert) => upsert.messages.some((message) => textOf(message) === text)

describe('faults', () => {
  const world = serveWorld(new World({ seed: 5 }))
  let server: SandboxServer
  let ana: LinkedClient
  let ben: LinkedClient

  const toBen = (text: string) => ana.client.socket!.sendMessage(`${ben.phone.account.phone}@s.whatsapp.net`, { text })
  const texts = (client: LinkedClient) =>
    client.client.events
      .filter((event) => event.name === 'messages.upsert')
      .flatMap((event) => (event.data as Upsert).messages.map(textOf))

  before(async () => {
    server = await SandboxServer.start(world)
    ana = await linkedClient(world, server.url, 'Ana')
    ben = await linkedClient(world, server.url, 'Ben')
    await toBen('first')
    await ben.client.until<Upsert>('messages.upsert', saying('first'))
  })

  beforeEach(() => {
    ben.client.events.length = 0
  })

  after(async () => {
    ana.client.close()
    ben.client.close()
    await server.close()
  })

  it('drop: the message stays in the mailbox and comes with the next connection', async () => {
    world.faults.next(ben.device, { direction: 'out', tag: 'message', action: { kind: 'drop' } })
    const sent = await toBen('lost on the way')
    await world.log.until((event) => event.type === 'fault' && event.data['id'] === sent!.key.id)
    assert.ok(ben.device.mailbox.entries().some((entry) => entry.id === sent!.key.id))
    ben.client.close()
    await ben.client.reopen()
    await ben.client.until<Upsert>('messages.upsert', saying('lost on the way'))
  })

  it('duplicate: the message arrives twice on the wire', async () => {
    world.faults.next(ben.device, { direction: 'out', tag: 'message', action: { kind: 'duplicate' } })
    await toBen('twice')
    await ben.client.until<Upsert>('messages.upsert', saying('twice'))
  })

  it('reorder: the message arrives after the next one', async () => {
    world.faults.next(ben.device, { direction: 'out', tag: 'message', action: { kind: 'reorder' } })
    await toBen('one')
    await toBen('two')
    await ben.client.until<Upsert>('messages.upsert', saying('one'))
    assert.deepEqual(
      texts(ben).filter((text) => text === 'one' || text === 'two'),
      ['two', 'one'],
    )
  })

  it('corrupt: the client asks for a retry, and the sender hears of it', async () => {
    world.faults.next(ben.device, { direction: 'out', tag: 'message', action: { kind: 'corrupt' } })
    const sent = await toBen('spoiled')
    const receipt = await world.log.until((event) => event.type === 'receipt' && event.data['type'] === 'retry')
    assert.deepEqual(receipt.data['ids'], [sent!.key.id])
    await world.log.until(
      ({ type, data }) => type === 'acknowledged' && data['kind'] === 'receipt' && data['id'] === sent!.key.id,
    )
  })

  it('nack: the sender learns the code', async () => {
    world.faults.next(ana.device, { direction: 'in', tag: 'message', action: { kind: 'nack', code: 463 } })
    const refused = new Promise<Record<string, string>>((resolve) => {
      ana.client.socket!.ws.on(
        'CB:ack,class:message',
        ({ attrs }: { attrs: Record<string, string> }) => attrs['error'] && resolve(attrs),
      )
    })
    const sent = await toBen('refused')
    const { id, error } = await refused
    assert.deepEqual([id, error], [sent!.key.id, '463'])
    assert.equal(
      ben.device.mailbox.entries().some((entry) => entry.id === sent!.key.id),
      false,
    )
  })

  it('exhausted prekeys: a session starts without a one-time key', async () => {
    const carl = await linkedClient(world, server.url, 'Carl')
    world.faults.exhaustPreKeys(carl.device)
    const cursor = world.log.cursor
    await ben.client.socket!.sendMessage(`${carl.phone.account.phone}@s.whatsapp.net`, { text: 'no key left' })
    await carl.client.until<Upsert>('messages.upsert', saying('no key left'))
    const fetched = world.log
      .since(cursor)
      .filter((event) => event.type === 'bundle.fetched' && event.data['oneTime'] === true)
    assert.equal(carl.device.preKeys.size, 812)
    assert.ok(fetched.every((event) => event.data['device'] !== `${carl.phone.account.phone}:1@s.whatsapp.net`))
    carl.client.close()
  })

  it('stream error: the connection ends with the code instead', async () => {
    world.faults.next(ben.device, { direction: 'out', tag: 'message', action: { kind: 'stream-error', code: 503 } })
    await toBen('too much')
    assert.equal(statusOf(await ben.client.connection((update) => update.connection === 'close')), 503)
    await ben.client.reopen()
    await ben.client.until<Upsert>('messages.upsert', saying('too much'))
  })
})
