import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { WAMessage } from 'baileys-stock'
import { World } from '../world/world.ts'
import { SandboxServer } from './sandbox-server.ts'
import { serveWorld } from './serve-world.ts'
import { type LinkedClient, linkedClient } from './testing/linked-client.ts'

interface Upsert {
  messages: WAMessage[]
}

const textOf = (message: WAMessage) => message.message?.conversation ?? message.message?.extendedTextMessage?.text
const saying = (text: string) => (upsert: Upsert) => upsert.messages.some((message) => textOf(message) === text)

describe('two stock clients', () => {
  const world = serveWorld(new World({ seed: 3 }))
  let server: SandboxServer
  let ana: LinkedClient
  let ben: LinkedClient

  const pn = (person: LinkedClient) => `${person.phone.account.phone}@s.whatsapp.net`
  const lid = (person: LinkedClient) => `${person.phone.account.lid}@lid`

  before(async () => {
    server = await SandboxServer.start(world)
    ana = await linkedClient(world, server.url, 'Ana')
    ben = await linkedClient(world, server.url, 'Ben')
  })

  after(async () => {
    ana.client.close()
    ben.client.close()
    await server.close()
  })

  it('talk by phone number, with names and both addresses on the stanza', async () => {
    await ana.client.socket!.sendMessage(pn(ben), { text: 'hi Ben' })
    const { messages } = await ben.client.until<Upsert>('messages.upsert', saying('hi Ben'))
    const [message] = messages
    assert.equal(message!.key.remoteJid, pn(ana))
    assert.equal(message!.key.remoteJidAlt, lid(ana))
    assert.equal(message!.pushName, 'Ana')
    assert.equal(message!.key.fromMe, false)
  })

  it('talk by LID', async () => {
    await ben.client.socket!.sendMessage(lid(ana), { text: 'hi Ana' })
    const { messages } = await ana.client.until<Upsert>('messages.upsert', saying('hi Ana'))
    assert.equal(messages[0]!.key.remoteJid, lid(ben))
    assert.equal(messages[0]!.key.remoteJidAlt, pn(ben))
  })

  it('seal a copy for each phone, which sees its own side as a copy with the chat named', () => {
    const toBen = ben.phone.received.find((entry) => entry.kind === 'message')!
    const own = ana.phone.received.find((entry) => entry.kind === 'message')!
    assert.deepEqual(toBen.node.attrs['sender_lid'], { user: ana.phone.account.lid, server: 'lid' })
    assert.deepEqual(own.node.attrs['recipient'], { user: ben.phone.account.phone, server: 's.whatsapp.net' })
    assert.deepEqual(own.node.attrs['peer_recipient_lid'], { user: ben.phone.account.lid, server: 'lid' })
    assert.equal(own.node.attrs['sender_lid'], undefined)
  })

  it('hear that a message arrived and was read', async () => {
    const sent = await ana.client.socket!.sendMessage(pn(ben), { text: 'read me' })
    const { messages } = await ben.client.until<Upsert>('messages.upsert', saying('read me'))
    await ben.client.socket!.readMessages([messages[0]!.key])
    await ana.client.until<{ key: { id: string }; update: { status?: number } }[]>('messages.update', (updates) =>
      updates.some(({ key, update }) => key.id === sent!.key.id && update.status === 4),
    )
  })

  it('see each other type and come online', async () => {
    const typing = (state: string) => (update: { presences: Record<string, { lastKnownPresence: string }> }) =>
      Object.values(update.presences).some(({ lastKnownPresence }) => lastKnownPresence === state)
    await ben.client.socket!.sendPresenceUpdate('available')
    await ana.client.socket!.presenceSubscribe(pn(ben))
    await ana.client.until('presence.update', typing('available'))
    await ben.client.socket!.sendPresenceUpdate('composing', pn(ana))
    await ana.client.until('presence.update', typing('composing'))
  })

  it('get what was sent while they were away, once', async () => {
    ben.client.close()
    await world.log.until(
      (event) =>
        event.type === 'disconnected' && event.data['device'] === `${ben.phone.account.phone}:1@s.whatsapp.net`,
    )
    await ana.client.socket!.sendMessage(pn(ben), { text: 'while you slept' })
    await world.log.until((event) => event.type === 'message.routed' && ben.device.mailbox.size > 0)
    await ben.client.reopen()
    await ben.client.until<Upsert>('messages.upsert', saying('while you slept'))
    await ben.client.connection((update) => update.receivedPendingNotifications === true)
    await world.log.until(() => ben.device.mailbox.size === 0)
    ben.client.close()
    await ben.client.reopen()
    await ben.client.connection((update) => update.receivedPendingNotifications === true)
    assert.equal(
      ben.client.events.filter(
        (event) => event.name === 'messages.upsert' && saying('while you slept')(event.data as Upsert),
      ).length,
      0,
    )
  })

  it('leave nothing unanswered', () => {
    assert.deepEqual(world.unhandled.list(), [])
    assert.deepEqual(
      world.log
        .since()
        .filter(({ type }) => type === 'server.error' || type === 'wire.error' || type === 'stanza.refused'),
      [],
    )
  })
})
