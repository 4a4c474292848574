import assert from 'node:assert/strict'
import { after, before, describe, it, mock } from 'node:test'
import { bundleOf, makeRepository } from './repository.js'

const PAIRINGS = [
  ['baileys', 'baileys'],
  ['baileys', 'baileys-stock'],
  ['baileys-stock', 'baileys'],
]
const GROUP = '1@g.us'
const open = []

function make(flavour) {
  const device = makeRepository(flavour)
  open.push(device.repository)
  return device
}

async function carry(from, to, text) {
  const { type, ciphertext } = await from.repository.encryptMessage({ jid: to.jid, data: Buffer.from(text) })
  const plaintext = await to.repository.decryptMessage({ jid: from.jid, type, ciphertext })
  assert.equal(Buffer.from(plaintext).toString(), text)
  return type
}

for (const [first, second] of PAIRINGS) {
  describe(`the default Signal repository of ${first} with that of ${second}`, () => {
    // Stock libsignal writes what it does with sessions to the console.
    before(() => {
      for (const method of ['info', 'warn', 'error']) mock.method(console, method, () => {})
    })
    after(() => {
      for (const repository of open.splice(0)) repository.close?.()
    })

    it('carries a conversation from the first message on, and uses up the prekey', async () => {
      const [a, b] = [make(first), make(second)]
      await a.repository.injectE2ESession({ jid: b.jid, session: bundleOf(b) })
      assert.equal(await carry(a, b, 'one'), 'pkmsg')
      assert.equal(b.store.rows.has('pre-key 1'), false)
      assert.equal(await carry(b, a, 'two'), 'msg')
      assert.equal(await carry(a, b, 'three'), 'msg')
    })

    it('says what identifies the session', async () => {
      const [a, b] = [make(first), make(second)]
      assert.equal(await a.repository.getSessionInfo(b.jid), null)
      await a.repository.injectE2ESession({ jid: b.jid, session: bundleOf(b) })
      await carry(a, b, 'one')
      const [fromA, fromB] = [await a.repository.getSessionInfo(b.jid), await b.repository.getSessionInfo(a.jid)]
      assert.equal(fromA.registrationId, b.creds.registrationId)
      assert.equal(fromB.registrationId, a.creds.registrationId)
      assert.deepEqual(fromA.baseKey, fromB.baseKey)
      assert.equal(fromA.baseKey.length, 33)
    })

    it('carries group messages', async () => {
      const [a, b] = [make(first), make(second)]
      const sent = await a.repository.encryptGroupMessage({ group: GROUP, meId: a.jid, data: Buffer.from('to all') })
      const item = { groupId: GROUP, axolotlSenderKeyDistributionMessage: sent.senderKeyDistributionMessage }
      await b.repository.processSenderKeyDistributionMessage({ item, authorJid: a.jid })
      const incoming = { group: GROUP, authorJid: a.jid, msg: sent.ciphertext }
      assert.equal(Buffer.from(await b.repository.decryptGroupMessage(incoming)).toString(), 'to all')
      const forged = Buffer.from(sent.ciphertext)
      forged[forged.length - 1] ^= 1
      await assert.rejects(b.repository.decryptGroupMessage({ ...incoming, msg: forged }))
    })
  })
}

describe('the default Signal repository of baileys', () => {
  after(() => {
    for (const repository of open.splice(0)) repository.close?.()
  })

  it('refuses a duplicate in the words that baileys looks for, and goes on', async () => {
    const [a, b] = [make('baileys'), make('baileys')]
    await a.repository.injectE2ESession({ jid: b.jid, session: bundleOf(b) })
    const { type, ciphertext } = await a.repository.encryptMessage({ jid: b.jid, data: Buffer.from('once') })
    await b.repository.decryptMessage({ jid: a.jid, type, ciphertext })
    const again = b.repository.decryptMessage({ jid: a.jid, type, ciphertext })
    await assert.rejects(again, { name: 'MessageCounterError', message: 'Key used already or never filled' })
    await carry(a, b, 'more')
  })

  it('says that there is no session record when there is none', async () => {
    const [a, b] = [make('baileys'), make('baileys')]
    const attempt = a.repository.encryptMessage({ jid: b.jid, data: Buffer.from('x') })
    await assert.rejects(attempt, /No session record/)
  })

  it('stores sessions as bytes', async () => {
    const [a, b] = [make('baileys'), make('baileys')]
    await a.repository.injectE2ESession({ jid: b.jid, session: bundleOf(b) })
    const sessions = [...a.store.rows].filter(([key]) => key.startsWith('session ')).map(([, value]) => value)
    assert.equal(sessions.length, 1)
    assert.ok(Buffer.isBuffer(sessions[0]))
  })
})
