import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

describe('groups, with a stock client', () => {
  const stage = conformanceWorld(21)
  let ana: Linked
  let ben: Linked

  before(async () => {
    ana = await stage.linked('Ana')
    ben = await stage.linked('Ben')
  })
  after(() => stage.end())

  it('are created by a client, and phones and clients in them hear of it', async () => {
    const caro = await stage.phone('Caro')
    const made = await ana.client.socket.groupCreate('Trip', [ben.phone.lid, caro.lid])
    assert.equal(made.subject, 'Trip')
    assert.equal(made.addressingMode, 'lid')
    assert.deepEqual(
      made.participants.map(({ admin }) => admin ?? 'member'),
      ['superadmin', 'member', 'member'],
    )
    const [seen] = await ben.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === made.id))
    assert.equal(seen?.author, ana.phone.lid)
    await caro.groups.of(made.id).until.change('create')
    const info = await caro.groups.of(made.id).info()
    assert.deepEqual(
      new Set(info.participants.map(({ jid }) => jid)),
      new Set([ana.phone.jid, ben.phone.jid, caro.jid]),
    )
  })

  it('carry a message from a client to phones, clients and its own phone', async () => {
    const caro = await stage.phone('Caro')
    const { id: group } = await ana.client.socket.groupCreate('Talk', [ben.phone.lid, caro.lid])
    const id = await ana.client.sendText(group, 'hello all')
    const read = await caro.groups.of(group).until.message(({ text }) => text === 'hello all')
    assert.deepEqual([read.id, read.sender, read.fromMe], [id, ana.jid, false])
    const copy = await ana.phone.until.message((entry) => entry.id === id)
    assert.deepEqual([copy.fromMe, copy.chat], [true, group])
    const shown = await ben.client.untilText('hello all')
    assert.deepEqual([shown.key?.remoteJid, shown.key?.participant, shown.pushName], [group, ana.phone.lid, 'Ana'])
    await ana.client.sendText(group, 'again')
    await caro.groups.of(group).until.message(({ text }) => text === 'again')
  })

  it('carry a message from a phone to clients and phones', async () => {
    const caro = await stage.phone('Caro')
    const group = await caro.groups.create({ subject: 'From a phone', participants: [ana.phone.jid, ben.phone.jid] })
    const sent = await group.send({ text: 'from Caro' })
    assert.equal(sent.status, 'sent')
    const shown = await ana.client.untilText('from Caro')
    assert.deepEqual([shown.key?.remoteJid, shown.key?.participantAlt], [group.jid, caro.jid])
    await ben.client.untilText('from Caro')
    await ben.phone.groups.of(group.jid).until.message(({ text }) => text === 'from Caro')
    await caro.until.receipt({ id: sent.id, type: 'delivery' })
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
