import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BaileysEventMap, proto, WAMessageKey } from 'baileys-stock'
import type { PhoneGroup } from '../phone/groups/phone-group.ts'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

/** The library tells of a receipt by itself, or with the message when both came in one go. */
function showsReceipt(id: string, jid: string, field: 'receiptTimestamp' | 'readTimestamp') {
  return (name: string, payload: unknown): boolean => {
    if (name === 'message-receipt.update') {
      const updates = payload as BaileysEventMap['message-receipt.update']
      return updates.some(({ key, receipt }) => key.id === id && receipt.userJid === jid && receipt[field])
    }
    if (name !== 'messages.upsert') return false
    const { messages } = payload as BaileysEventMap['messages.upsert']
    const receipts = messages.flatMap(({ key, userReceipt }) => (key.id === id ? (userReceipt ?? []) : []))
    return receipts.some((receipt) => receipt.userJid === jid && receipt[field])
  }
}

/** The sender's other address, which the library's own type does not name. */
function alternative(message: proto.IWebMessageInfo): string | undefined {
  return (message.key as WAMessageKey | undefined)?.participantAlt
}

describe('messages in groups, with a stock client', () => {
  const stage = conformanceWorld(22)
  let ana: Linked
  let ben: Linked
  let caro: Phone

  before(async () => {
    ;[ana, ben, caro] = await stage.three()
  })
  after(() => stage.end())

  const everybody = async (subject: string, more: { addressing?: 'lid' | 'pn' } = {}): Promise<PhoneGroup> =>
    caro.groups.create({ subject, participants: [ana.phone.jid, ben.phone.jid], ...more })

  it('travel from a client to phones, other clients and its own phone', async () => {
    const group = await everybody('Talk')
    const id = await ana.client.sendText(group.jid, 'hello all')
    const read = await group.until.message(({ text }) => text === 'hello all')
    assert.deepEqual([read.id, read.sender, read.senderName, read.fromMe], [id, ana.jid, 'Ana', false])
    const copy = await ana.phone.groups.of(group.jid).until.message((entry) => entry.id === id)
    assert.deepEqual([copy.fromMe, copy.chat], [true, group.jid])
    const shown = await ben.client.untilText('hello all')
    assert.deepEqual(
      [shown.key?.remoteJid, shown.key?.participant, alternative(shown), shown.pushName],
      [group.jid, ana.phone.lid, ana.phone.jid, 'Ana'],
    )
    await ana.client.sendText(group.jid, 'and once more, with the same key')
    await group.until.message(({ text }) => text === 'and once more, with the same key')
    await ben.client.untilText('and once more, with the same key')
  })

  it('travel from a phone to clients and phones', async () => {
    const group = await everybody('From a phone')
    const sent = await group.send({ text: 'from Caro' })
    assert.equal(sent.status, 'sent')
    for (const { client, phone } of [ana, ben]) {
      const shown = await client.untilText('from Caro')
      assert.deepEqual([shown.key?.id, shown.key?.fromMe, alternative(shown)], [sent.id, false, caro.jid])
      await phone.groups.of(group.jid).until.message(({ text }) => text === 'from Caro')
    }
    const own = await ana.phone.send(group.jid, { text: 'from my phone' })
    const copy = await ana.client.untilText('from my phone')
    assert.deepEqual([copy.key?.id, copy.key?.fromMe], [own.id, true])
  })

  it('travel both ways in a group that names people by phone number', async () => {
    const group = await everybody('Old style', { addressing: 'pn' })
    const metadata = await ana.client.socket.groupMetadata(group.jid)
    assert.equal(metadata.addressingMode, 'pn')
    assert.ok(metadata.participants.some(({ id, lid }) => id === caro.jid && lid === caro.lid))
    await ana.client.sendText(group.jid, 'by number')
    const read = await group.until.message(({ text }) => text === 'by number')
    assert.equal(read.addressing, 'pn')
    await group.send({ text: 'by number, back' })
    const shown = await ana.client.untilText('by number, back')
    assert.deepEqual([shown.key?.participant, alternative(shown)], [caro.jid, caro.lid])
    await ben.client.untilText('by number')
  })

  it('quote and mention', async () => {
    const group = await everybody('Quotes')
    const id = await ana.client.sendText(group.jid, 'who comes?')
    await group.until.message((entry) => entry.id === id)
    await group.send({ text: 'me, and @Ben', quoted: id, mentions: [ben.phone.jid] })
    const shown = await ana.client.untilText('me, and @Ben')
    const context = shown.message?.extendedTextMessage?.contextInfo
    assert.deepEqual(
      [context?.stanzaId, context?.participant, context?.mentionedJid],
      [id, ana.phone.lid, [ben.phone.lid]],
    )
    const back = await ana.client.socket.sendMessage(group.jid, { text: 'fine' }, { quoted: shown as never })
    const read = await group.until.message((entry) => entry.id === back?.key.id)
    assert.equal(read.quotedId, shown.key?.id)
  })

  it('are received and read by name', async () => {
    const group = await everybody('Receipts')
    const id = await ana.client.sendText(group.jid, 'did you see this')
    await group.until.message((entry) => entry.id === id)
    await ana.client.untilAny(showsReceipt(id, caro.lid, 'receiptTimestamp'))
    await group.read([id])
    await ana.client.untilAny(showsReceipt(id, caro.lid, 'readTimestamp'))
    const sent = await group.send({ text: 'and you this' })
    const shown = await ana.client.untilText('and you this')
    await caro.until.receipt({ id: sent.id, type: 'delivery' })
    await ana.client.socket.readMessages([shown.key as never])
    const receipt = await caro.until.receipt({ id: sent.id, type: 'read' })
    assert.equal(receipt.from, ana.jid)
    await ana.phone.until.receipt({ id: sent.id, type: 'read-self' })
  })

  it('are announced by typing', async () => {
    const group = await everybody('Typing')
    await ana.client.socket.sendPresenceUpdate('available')
    await ana.client.socket.sendPresenceUpdate('composing', group.jid)
    const seen = await group.until.typing('composing')
    assert.equal(seen.data['from'], ana.phone.jid)
    await caro.typing(group.jid, 'recording')
    await ana.client.until(
      'presence.update',
      ({ id, presences }) => id === group.jid && presences[caro.lid]?.lastKnownPresence === 'recording',
    )
  })

  it('wait for a client that is away, and come once, with the changes in between', async () => {
    const group = await everybody('Away')
    await group.send({ text: 'before' })
    await ben.client.untilText('before')
    const { world } = await stage.sandbox()
    const cursor = world.log.cursor
    await ben.client.close()
    await world.log.until(({ type, data }) => type === 'disconnected' && data['device'] === ben.jid, undefined, cursor)
    await group.send({ text: 'while you slept' })
    await group.setSubject('Renamed')
    ben.client.events.length = 0
    ben.client.messages.length = 0
    await ben.client.connect()
    await ben.client.untilText('while you slept')
    await ben.client.until('groups.update', (groups) =>
      groups.some(({ id, subject }) => id === group.jid && subject === 'Renamed'),
    )
    // Told that its groups are dirty, it has listed them again and said that it is clean.
    await world.log.until(() => !world.groups.isDirty(world.device(ben.jid)!))
    assert.equal(ben.client.messages.filter(({ message }) => message?.conversation === 'while you slept').length, 1)
  })

  it('reach somebody who joins late from then on, and not what was before', async () => {
    const group = await caro.groups.create({ subject: 'Late', participants: [ana.phone.jid] })
    await group.send({ text: 'for the first two' })
    await ana.client.untilText('for the first two')
    await ana.client.sendText(group.jid, 'early answer')
    await group.until.message(({ text }) => text === 'early answer')
    await group.add([ben.phone.jid])
    await group.send({ text: 'welcome' })
    await ben.client.untilText('welcome')
    await ana.client.sendText(group.jid, 'hello Ben')
    await ben.client.untilText('hello Ben')
    await ben.phone.groups.of(group.jid).until.message(({ text }) => text === 'hello Ben')
    assert.ok(!ben.client.messages.some(({ message }) => message?.conversation === 'early answer'))
  })

  it('reach a client that is linked late, which learns its groups when it is told that they are dirty', async () => {
    const dora = await stage.phone('Dora')
    const group = await caro.groups.create({ subject: 'Linked late', participants: [dora.jid, ana.phone.jid] })
    await group.send({ text: 'to the phone alone' })
    await dora.groups.of(group.jid).until.message(({ text }) => text === 'to the phone alone')
    const client = await stage.link(dora)
    await client.until('groups.update', (groups) => groups.some(({ id }) => id === group.jid))
    await group.send({ text: 'now to both' })
    await client.untilText('now to both')
    await client.sendText(group.jid, 'from the new client')
    await group.until.message(({ text }) => text === 'from the new client')
    await ana.client.untilText('from the new client')
  })

  it('are asked for again by a client that cannot read them, and sent again by the phone', async () => {
    const sandbox = await stage.sandbox()
    const group = await everybody('Spoiled')
    await group.send({ text: 'whole' })
    await ana.client.untilText('whole')
    sandbox.fault.next(ana.jid, 'message', { corrupt: true })
    const sent = await group.send({ text: 'spoiled for Ana' })
    const shown = await ana.client.untilText('spoiled for Ana')
    assert.equal(shown.key?.id, sent.id)
    await caro.until.event('phone.retry_answered', ({ id }) => id === sent.id)
    await group.send({ text: 'after that' })
    await ana.client.untilText('after that')
  })

  it('are asked for again by a phone that cannot read them, and sent again by the client', async () => {
    const sandbox = await stage.sandbox()
    const group = await everybody('Spoiled too')
    await ana.client.sendText(group.jid, 'whole for all')
    await group.until.message(({ text }) => text === 'whole for all')
    sandbox.fault.next(caro.device, 'message', { corrupt: true })
    const id = await ana.client.sendText(group.jid, 'spoiled for Caro')
    await caro.until.event('phone.retry_sent', (data) => data['id'] === id)
    const read = await group.until.message(({ text }) => text === 'spoiled for Caro')
    assert.equal(read.id, id)
  })

  it('are taken back by their author, and by an admin of the group', async () => {
    const group = await everybody('Revoked')
    const id = await ana.client.sendText(group.jid, 'not meant so')
    await group.until.message((entry) => entry.id === id)
    await ana.client.socket.sendMessage(group.jid, { delete: { remoteJid: group.jid, id, fromMe: true } })
    await caro.until.event(
      'phone.message',
      (data) => data['id'] === id && caro.chats.find(group.jid, false, id)?.revoked === true,
    )
    const other = await ben.client.sendText(group.jid, 'rude')
    await group.until.message((entry) => entry.id === other)
    await ana.client.untilText('rude')
    await group.revoke(other)
    await ana.client.until('messages.update', (updates) =>
      updates.some(({ key, update }) => key.id === other && update.message === null),
    )
    await caro.groups.of(group.jid).promote([ana.phone.jid])
    const mine = await group.send({ text: 'an admin may be wrong too' })
    await ana.client.untilText('an admin may be wrong too')
    const key = { remoteJid: group.jid, id: mine.id, fromMe: false, participant: caro.lid }
    await ana.client.socket.sendMessage(group.jid, { delete: key })
    await caro.until.event('phone.message', (data) => data['id'] === mine.id && mine.revoked === true)
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
