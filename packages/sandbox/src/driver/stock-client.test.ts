import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { generateKeyPair } from '@switchboard/signal'
import type { Phone } from '../phone/phone.ts'
import { Sandbox } from '../start-sandbox.ts'
import { deviceName } from '../world/address.ts'
import { StockClient, textOf } from './testing/stock-client.ts'

// The library announces closed sessions on the console.
console.info = () => {}

const sandbox = await Sandbox.start({ seed: 7 })
const clients: StockClient[] = []

function client(): StockClient {
  const made = new StockClient(sandbox)
  clients.push(made)
  return made
}

async function linked(name: string): Promise<{ phone: Phone; companion: StockClient; jid: string }> {
  const phone = await sandbox.phone({ name })
  const companion = client()
  await companion.link(phone)
  // From here on it has its history, and no longer holds events back for it when it reconnects.
  await companion.until('creds.update', (update) => (update.accountSyncCounter ?? 0) > 0)
  const [device] = phone.devices()
  return { phone, companion, jid: deviceName(device!) }
}

/** Nobody broke a rule, nothing was doubled, and every request had an answer. */
function assertClean(...phones: Phone[]): void {
  assert.deepEqual(
    phones.flatMap((phone) => phone.violations),
    [],
  )
  assert.deepEqual(
    phones.map((phone) => phone.duplicates),
    phones.map(() => 0),
  )
  assert.deepEqual(sandbox.unhandled, [])
  assert.deepEqual(
    sandbox.world.log.since().filter((event) => event.type === 'server.error' || event.type === 'sandbox.error'),
    [],
  )
}

describe('an unmodified foreign client', () => {
  after(async () => {
    for (const one of clients) await one.close()
    await sandbox.stop()
  })

  it('links by QR code and learns its push name and the phone history', async () => {
    const phone = await sandbox.phone({ name: 'Ana' })
    const friend = await sandbox.phone({ name: 'Old Friend' })
    await friend.send(phone.jid, { text: 'from before' })
    await phone.until.message((message) => message.text === 'from before')
    const companion = client()
    await companion.link(phone)
    await companion.until('creds.update', (update) => update.me?.name === 'Ana')
    const history = await companion.until('messaging-history.set', (set) => set.messages.length > 0)
    assert.deepEqual(history.messages.map(textOf), ['from before'])
    assert.equal(history.messages[0]?.key.remoteJid, friend.lid)
    await companion.until('creds.update', (update) => update.myAppStateKeyId !== undefined)
    assert.equal(phone.devices().length, 1)
    assertClean(phone, friend)
  })

  it('links by pairing code', async () => {
    const phone = await sandbox.phone({ name: 'Caro' })
    const companion = client()
    const opened = companion.until('connection.update', (update) => update.connection === 'open')
    const code = await companion.showCode(phone.id)
    await sandbox.world.pairing.untilAwaitingCode(phone.id)
    await phone.enterLinkCode(`${code.slice(0, 4)}-${code.slice(4)}`)
    await opened
    assert.equal(companion.state.creds.me?.id, deviceName(phone.devices()[0]!))
    assertClean(phone)
  })

  it('is not linked by a wrong pairing code', async () => {
    const phone = await sandbox.phone({ name: 'Cleo' })
    const companion = client()
    const code = await companion.showCode(phone.id)
    await sandbox.world.pairing.untilAwaitingCode(phone.id)
    const wrong = `${code.slice(0, 7)}${code.endsWith('A') ? 'B' : 'A'}`
    await assert.rejects(phone.enterLinkCode(wrong))
    assert.deepEqual(phone.devices(), [])
  })

  it('talks both ways, by phone number and by hidden id, and sees receipts', async () => {
    const { phone, companion } = await linked('Dana')
    const bob = await sandbox.phone({ name: 'Bob' })
    const id = await companion.sendText(bob.jid, 'to the number')
    const got = await bob.until.message((message) => message.text === 'to the number')
    assert.equal(got.id, id)
    assert.equal(got.sender, deviceName(phone.devices()[0]!))
    const copy = await phone.until.message((message) => message.id === id)
    assert.deepEqual([copy.fromMe, copy.text, copy.chat], [true, 'to the number', bob.jid])
    // Only now: the client merges receipts that come together, and the last one wins.
    await bob.read(phone.jid, [id])
    await companion.untilStatus(id, 4)
    await companion.sendText(bob.lid, 'to the hidden id')
    await bob.until.message((message) => message.text === 'to the hidden id' && message.addressing === 'lid')
    for (const addressing of ['lid', 'pn'] as const) {
      const sent = await bob.send(phone.jid, { text: `by ${addressing}`, addressing })
      const seen = await companion.untilText(`by ${addressing}`)
      assert.deepEqual([seen.key?.id, seen.pushName], [sent.id, 'Bob'])
      await bob.until.receipt({ id: sent.id, type: 'delivery' })
    }
    const own = await phone.send(bob.jid, { text: 'from my phone' })
    const shown = await companion.untilText('from my phone')
    assert.deepEqual([shown.key?.id, shown.key?.fromMe], [own.id, true])
    assertClean(phone, bob)
  })

  it('gets what was sent while it was away, once and in order', async () => {
    const { phone, companion, jid } = await linked('Eva')
    const bob = await sandbox.phone({ name: 'Bob' })
    const cursor = sandbox.world.log.cursor
    await companion.close()
    await sandbox.world.log.until(
      (event) => event.type === 'disconnected' && event.data['device'] === jid,
      5000,
      cursor,
    )
    const texts = ['one', 'two', 'three', 'four', 'five']
    for (const text of texts) await bob.send(phone.jid, { text })
    companion.events.length = 0
    await companion.connect()
    await companion.untilText('five')
    assert.deepEqual(
      companion.messages.map(textOf).filter((text) => texts.includes(text ?? '')),
      texts,
    )
    await sandbox.world.log.until(() => sandbox.device(jid).mailbox.size === 0)
    assertClean(phone, bob)
  })

  it('gets a message again whose ciphertext was spoiled on the way', async () => {
    const { phone, companion, jid } = await linked('Finn')
    const bob = await sandbox.phone({ name: 'Bob' })
    await bob.send(phone.jid, { text: 'whole' })
    await companion.untilText('whole')
    sandbox.fault.next(jid, 'message', { corrupt: true })
    await bob.send(phone.jid, { text: 'spoiled' })
    await companion.untilText('spoiled')
    await bob.until.event('phone.retry_answered')
    assertClean(phone, bob)
  })

  it('sends a message again when a phone cannot read it', async () => {
    const { phone, companion } = await linked('Gus')
    const bob = await sandbox.phone({ name: 'Bob' })
    await companion.sendText(bob.jid, 'whole')
    await bob.until.message((message) => message.text === 'whole')
    sandbox.fault.next(bob.device, 'message', { corrupt: true })
    await companion.sendText(bob.jid, 'spoiled')
    await bob.until.event('phone.retry_sent')
    await bob.until.message((message) => message.text === 'spoiled')
    // Asked by a phone, the library sends to all devices again; the own phone sees its copy twice.
    assert.deepEqual([...phone.violations, ...bob.violations], [])
    assert.equal(bob.duplicates, 0)
  })

  it('talks with another one on another account', async () => {
    const hugo = await linked('Hugo')
    const ida = await linked('Ida')
    await hugo.companion.sendText(ida.phone.jid, 'hello Ida')
    const seen = await ida.companion.untilText('hello Ida')
    await ida.companion.sendText(seen.key?.remoteJid ?? '', 'hello Hugo')
    await hugo.companion.untilText('hello Hugo')
    await hugo.phone.until.message((message) => message.text === 'hello Hugo')
    assertClean(hugo.phone, ida.phone)
  })

  it('is disconnected with the code that was asked for, at its next login too where WhatsApp does so', async () => {
    const { phone, companion, jid } = await linked('Lea')
    for (const [code, refusesLogin] of [
      [503, false],
      [440, false],
      [403, true],
      [405, true],
    ] as const) {
      companion.events.length = 0
      sandbox.disconnect(jid, code)
      await companion.untilClosed(code)
      companion.events.length = 0
      if (refusesLogin) {
        companion.open()
        await companion.untilClosed(code)
      }
      await companion.connect()
    }
    assertClean(phone)
  })

  it('is refused when its device signature is forged', async () => {
    const phone = await sandbox.phone({ name: 'Jan' })
    const companion = client()
    const qr = await companion.showQr()
    companion.state.creds.signedIdentityKey.private = Buffer.from(generateKeyPair().privateKey)
    await assert.rejects(phone.scan(qr), /device signature does not verify/)
    assert.deepEqual(phone.devices(), [])
    assert.deepEqual(
      phone.violations.map((violation) => violation.rule),
      ['device_signature'],
    )
  })

  it('is logged out when the phone unlinks it, and its peers forget the device', async () => {
    const { phone, companion } = await linked('Kai')
    phone.unlink(1)
    await companion.untilClosed(401)
    const bob = await sandbox.phone({ name: 'Bob' })
    await bob.send(phone.jid, { text: 'to the phone alone' })
    await phone.until.message((message) => message.text === 'to the phone alone')
    assertClean(phone, bob)
  })
})
