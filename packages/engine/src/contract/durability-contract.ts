import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { CredentialWrite } from '../credentials.ts'
import { OwnershipLostError, SendError } from '../errors.ts'
import type { EngineHarness } from './harness.ts'
import { linked, newHost, open, reopen, sendText } from './steps.ts'

/** What must hold when storage refuses, connections die and ciphertexts are spoiled. */
export function durabilityContract(harness: () => EngineHarness): void {
  it('lets WhatsApp deliver again what was not taken, and hands it over once', async () => {
    const { host, phone, jid } = await linked(harness(), 'Dora')
    const bob = await harness().phone('Bob')
    await bob.send(phone.jid, 'before')
    await host.untilText('before')
    const before = host.states.length
    host.refuse = (item) => item.kind === 'message'
    await bob.send(phone.jid, 'refused at first')
    assert.equal((await host.untilFinal(before)).name, 'closed')
    assert.deepEqual(host.texts(), ['before'])
    host.refuse = () => false
    const session = await reopen(harness(), host)
    await host.untilText('refused at first')
    await harness().nothingWaits(jid)
    assert.deepEqual(host.texts(), ['before', 'refused at first'])
    await session.close()
  })

  it('takes a message once when the connection dies between commit and acknowledgement', async () => {
    const { host, phone, jid } = await linked(harness(), 'Dina')
    const bob = await harness().phone('Bob')
    const save = host.credentials.beforeSave
    const before = host.states.length
    host.credentials.beforeSave = () => {
      host.credentials.beforeSave = save
      harness().disconnect(jid, 0)
    }
    await bob.send(phone.jid, 'taken once')
    await host.untilFinal(before)
    const session = await reopen(harness(), host)
    await bob.send(phone.jid, 'afterwards')
    await host.untilText('afterwards')
    await harness().nothingWaits(jid)
    assert.deepEqual(host.texts(), ['taken once', 'afterwards'])
    assert.equal(
      host.items.some((item) => item.kind === 'undecryptable'),
      false,
    )
    await session.close()
  })

  it('hands history over later that could not be taken at first, and once', async () => {
    const phone = await harness().phone('Hedi')
    const friend = await harness().phone('Friend')
    await friend.send(phone.jid, 'from the past')
    await phone.shows('from the past')
    const host = newHost()
    host.refuse = (item) => item.kind === 'history'
    await open(harness(), host)
    await phone.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const before = host.states.length
    await open(harness(), host)
    assert.equal((await host.untilFinal(before)).name, 'closed')
    host.refuse = () => false
    const session = await reopen(harness(), host)
    const texts = () =>
      host.items.flatMap((item) =>
        item.kind === 'history' ? item.conversations.flatMap((each) => each.messages.map(({ view }) => view.text)) : [],
      )
    await host.until(() => texts().find((text) => text === 'from the past'), 'history')
    await harness().nothingWaits(session.account!.jid)
    await session.ping(5_000)
    assert.deepEqual(texts(), ['from the past'])
    await session.close()
  })

  it('writes no stanza when its ratchets could not be stored', async () => {
    const device = await linked(harness(), 'Dana')
    const bob = await harness().phone('Bob')
    await (await sendText(harness(), device, bob.jid, 'first')).ack
    // What else an engine keeps of its own accord is taken, also of what its own phone says meanwhile: otherwise it would end the session.
    const isBobs = ({ kind, key }: CredentialWrite) =>
      kind === 'session' && [bob.lid, bob.jid].some((jid) => key.startsWith(jid.split('@')[0]!))
    device.host.credentials.beforeSave = (writes) => {
      if (!device.host.isTaking && writes.some(isBobs)) throw new Error('the disk is full')
    }
    const sending = sendText(harness(), device, bob.jid, 'lost')
    await assert.rejects(sending, (error) => error instanceof SendError && error.certainty === 'not_sent')
    device.host.credentials.beforeSave = () => {}
    await (await sendText(harness(), device, bob.jid, 'second')).ack
    await bob.shows('second')
    await device.session.close()
  })

  it('ends and forgets when another node owns the device', async () => {
    const device = await linked(harness(), 'Otto')
    const bob = await harness().phone('Bob')
    const before = device.host.states.length
    device.host.credentials.beforeSave = () => {
      throw new OwnershipLostError('taken over')
    }
    await assert.rejects(sendText(harness(), device, bob.jid, 'not mine'), SendError)
    assert.equal((await device.host.untilFinal(before)).reason, 'ownership_lost')
  })

  it('reads a message again after its ciphertext was spoiled on the way', async () => {
    const { host, session, phone, jid } = await linked(harness(), 'Fia')
    const bob = await harness().phone('Bob')
    await bob.send(phone.jid, 'whole')
    await host.untilText('whole')
    await harness().nothingWaits(jid)
    harness().spoilNext(jid, 'to')
    const { id } = await bob.send(phone.jid, 'spoiled')
    const failure = await host.untilItem('undecryptable')
    assert.deepEqual([failure.id, failure.unavailable, failure.chat.jid], [id, false, bob.jid])
    assert.equal((await host.untilText('spoiled')).id, id)
    await session.close()
  })

  it('sends a message again to a device that could not read it', async () => {
    const device = await linked(harness(), 'Gitte')
    const bob = await harness().phone('Bob')
    await (await sendText(harness(), device, bob.jid, 'whole')).ack
    await bob.shows('whole')
    harness().spoilNext(device.jid, 'from')
    await sendText(harness(), device, bob.jid, 'spoiled on the way')
    await bob.shows('spoiled on the way')
    await device.session.close()
  })

  it('keeps every message readable when both sides write at once over a slow store', async () => {
    const device = await linked(harness(), 'Race')
    const bob = await harness().phone('Bob')
    device.host.credentials.latencyMs = () => 1 + Math.random() * 4
    const ours = Array.from({ length: 60 }, (_, index) => `ours ${index}`)
    const theirs = Array.from({ length: 60 }, (_, index) => `theirs ${index}`)
    const sending = Promise.all(ours.map((text) => sendText(harness(), device, bob.jid, text)))
    for (const text of theirs) await bob.send(device.phone.jid, text)
    await Promise.all((await sending).map(({ ack }) => ack))
    for (const text of ours) await bob.shows(text)
    for (const text of theirs) await device.host.untilText(text)
    assert.deepEqual(device.host.texts(), theirs)
    assert.equal(
      device.host.items.some((item) => item.kind === 'undecryptable'),
      false,
    )
    await device.session.close()
  })

  it('breaks no rule of the protocol in all of this', () => {
    assert.deepEqual(harness().violations(), [])
  })
}
