import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '../../start-sandbox.ts'
import { ProtocolMessageType } from '../../wire/proto/index.ts'
import type { Phone } from '../phone.ts'
import { GroupRefused } from './group-line.ts'

describe('phones in groups', () => {
  let sandbox: Sandbox
  let ana: Phone
  let ben: Phone
  let caro: Phone

  before(async () => {
    sandbox = await Sandbox.start({ seed: 31 })
    ana = await sandbox.phone({ name: 'Ana' })
    ben = await sandbox.phone({ name: 'Ben' })
    caro = await sandbox.phone({ name: 'Caro', persona: 'echo' })
  })
  after(() => sandbox.stop())

  const opened = (subject: string) => ana.groups.create({ subject, participants: [ben.jid, caro.id] })

  it('write, read and answer by persona', async () => {
    const group = await opened('Echo')
    const sent = await group.send({ text: 'anybody there?' })
    await ana.until.message(
      ({ chat, text, sender }) => chat === group.jid && text === 'anybody there?' && sender === caro.jid,
    )
    await ana.until.receipt({ id: sent.id, type: 'read' })
    assert.deepEqual(
      ben.groups
        .of(group.jid)
        .messages()
        .map(({ text }) => text),
      ['anybody there?', 'anybody there?'],
    )
  })

  it('send what was written while they were off, once they are on', async () => {
    const group = await opened('Off and on')
    await group.info()
    await ana.disconnect()
    const entry = await group.send({ text: 'written in the tunnel' })
    assert.equal(entry.status, 'waiting')
    ana.connect()
    await ben.groups.of(group.jid).until.message(({ text }) => text === 'written in the tunnel')
    await ana.until.event('phone.message', ({ id, status }) => id === entry.id && status === 'sent')
  })

  it('read what waited while they were off, changes included', async () => {
    const group = await opened('Catching up')
    await ben.disconnect()
    await group.setSubject('Caught up')
    await group.send({ text: 'where are you?' })
    ben.connect()
    await ben.groups.of(group.jid).until.message(({ text }) => text === 'where are you?')
    assert.equal((await ben.groups.of(group.jid).info()).subject, 'Caught up')
  })

  it('keep once what is delivered again', async () => {
    const group = await opened('Again')
    await group.send({ text: 'first' })
    await ben.groups.of(group.jid).until.message(({ text }) => text === 'first')
    sandbox.fault.next(ben.device, 'receipt', { direction: 'in', drop: true })
    const sent = await group.send({ text: 'second' })
    await ben.groups.of(group.jid).until.message(({ id }) => id === sent.id)
    await ben.disconnect()
    ben.connect()
    await ben.until.event('phone.duplicate', ({ id }) => id === sent.id)
    await sandbox.world.log.until(() => ben.device.mailbox.entries().every(({ id }) => id !== sent.id))
    const kept = ben.groups.of(group.jid).messages()
    assert.equal(kept.filter(({ id }) => id === sent.id).length, 1)
  })

  it('are named once, however often they are asked for', async () => {
    const group = await ana.groups.create({ subject: 'Twice' })
    await group.add([ben.jid, ben.lid])
    const { data } = await ben.groups.of(group.jid).until.change('add')
    assert.deepEqual(data['people'], [ben.jid])
  })

  it('do not let members who are no admins change what others wrote', async () => {
    const group = await opened('Mine')
    const sent = await group.send({ text: 'mine' })
    await ben.groups.of(group.jid).until.message(({ id }) => id === sent.id)
    const key = { remoteJid: group.jid, fromMe: false, id: sent.id, participant: ana.lid }
    await ben.groups.of(group.jid).sendMessage({ protocolMessage: { key, type: ProtocolMessageType.revoke } })
    await ana.until.event('phone.violation', ({ rule }) => rule === 'foreign_message')
    assert.equal(group.message(sent.id).revoked, undefined)
    assert.deepEqual(
      ana.violations.map(({ rule }) => rule),
      ['foreign_message'],
    )
  })

  it('take no key that is meant for another group', async () => {
    const [one, other] = [await opened('One'), await opened('Other')]
    await one.send({ text: 'fine' })
    await ben.groups.of(one.jid).until.message(({ text }) => text === 'fine')
    const given = { groupId: other.jid, axolotlSenderKeyDistributionMessage: new Uint8Array(8) }
    await one.sendMessage({ senderKeyDistributionMessage: given, conversation: 'odd' })
    // What is in the part for all is not a way to hand out keys.
    await ben.groups.of(one.jid).until.message(({ text }) => text === 'odd')
    await other.send({ text: 'still readable' })
    await ben.groups.of(other.jid).until.message(({ text }) => text === 'still readable')
    assert.deepEqual(
      ben.violations.filter(({ rule }) => rule === 'phone_fault'),
      [],
    )
  })

  it('share recent messages with those whom they add, where the group wants that and they may', async () => {
    const group = await ana.groups.create({ subject: 'With a past', participants: [ben.jid] })
    const said = await group.send({ text: 'before Dan came' })
    await ben.groups.of(group.jid).until.message(({ id }) => id === said.id)
    const seenBy = (phone: Phone) => phone.groups.of(group.jid).messages()
    const [dan, eve, fay] = await Promise.all(['Dan', 'Eve', 'Fay'].map((name) => sandbox.phone({ name })))
    await group.add([eve!.jid])
    await group.set({ history: true })
    await group.add([dan!.jid])
    await dan!.groups.of(group.jid).until.message(({ kind }) => kind === 'history_notice')
    const past = seenBy(dan!).find(({ id }) => id === said.id)
    assert.deepEqual([past?.text, past?.sender, past?.fromMe], ['before Dan came', ana.jid, false])
    await eve!.groups.of(group.jid).until.message(({ kind }) => kind === 'history_notice')
    assert.deepEqual(
      seenBy(eve!).map(({ kind }) => kind),
      ['history_notice'],
    )
    await group.set({ historyShare: 'admin_share' })
    ben.groups.line.forget(group.jid)
    await ben.groups.of(group.jid).add([fay!.jid])
    await group.send({ text: 'welcome' })
    await fay!.groups.of(group.jid).until.message(({ text }) => text === 'welcome')
    assert.deepEqual(
      seenBy(fay!).map(({ text }) => text),
      ['welcome'],
    )
    assert.deepEqual(dan!.violations, [])
  })

  it('hear the code of a refusal', async () => {
    const group = await opened('Refused')
    await assert.rejects(ben.groups.of(group.jid).set({ announcement: true }), (error) => {
      assert.ok(error instanceof GroupRefused)
      assert.equal(error.code, 403)
      return true
    })
    await assert.rejects(group.add(['4711']), /nobody in this world/)
    assert.throws(() => ana.groups.of(ben.jid), /is not a group/)
    assert.deepEqual(sandbox.unhandled, [])
  })
})
