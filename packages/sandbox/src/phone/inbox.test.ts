import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { generateKeyPair, sign } from '@switchboard/signal'
import { type SeededAccount, seedLinkedAccounts } from '../load/index.ts'
import { Sandbox } from '../start-sandbox.ts'
import type { WireNode } from '../wire/node.ts'
import { child, children } from '../wire/node-access.ts'
import { ADVSignedDeviceIdentity, Message } from '../wire/proto/index.ts'
import { accountJid, deviceJid } from '../world/address.ts'
import { padMessage } from './message-padding.ts'
import type { Phone } from './phone.ts'
import { iqNode, readBundle } from './phone-stanzas.ts'
import { noStorage } from './phone-storage.ts'
import { SignalStore } from './signal-store.ts'

const sandbox = await Sandbox.start({ seed: 5 })

/** A companion that can be made to break each rule by itself. */
class RudeCompanion {
  readonly #seeded: SeededAccount
  readonly #signal: SignalStore
  #next = 1

  constructor(seeded: SeededAccount) {
    const { identityKey: identity, registrationId, signedPreKey, appStateKey } = seeded
    this.#seeded = seeded
    this.#signal = new SignalStore({ identity, registrationId, signedPreKey, appStateKey, advRawId: 0 }, noStorage)
  }

  /** Sends one copy to that phone, as its own device or as a stranger's. */
  async send(to: Phone, padded: Uint8Array, identity: Uint8Array | undefined, chat: Phone = to): Promise<string> {
    const device = sandbox.device(this.#seeded.jid)
    const address = `${to.account.lid}:0`
    if (!this.#signal.hasSession(address)) await this.#start(to, address)
    const { type, ciphertext } = this.#signal.encrypt(address, padded)
    const id = `RUDE${this.#next++}`
    const enc: WireNode = { tag: 'enc', attrs: { v: '2', type }, content: ciphertext }
    const copy: WireNode = { tag: 'to', attrs: { jid: deviceJid(to.device, 'pn') }, content: [enc] }
    const content: WireNode[] = [{ tag: 'participants', attrs: {}, content: [copy] }]
    if (identity) content.push({ tag: 'device-identity', attrs: {}, content: identity })
    await sandbox.world.router.submit(device, {
      tag: 'message',
      attrs: { id, to: accountJid(chat.account, 'pn'), type: 'text' },
      content,
    })
    return id
  }

  async #start(to: Phone, address: string): Promise<void> {
    const user: WireNode = { tag: 'user', attrs: { jid: deviceJid(to.device, 'pn') } }
    const request = iqNode('k', 'get', 'encrypt', [{ tag: 'key', attrs: {}, content: [user] }])
    const answer = await sandbox.world.router.submit(sandbox.device(this.#seeded.jid), request)
    const [found] = children(child(answer, 'list')!, 'user')
    this.#signal.start(address, readBundle(found!)!)
  }
}

async function setting(): Promise<{
  seeded: SeededAccount
  companion: RudeCompanion
  bob: Phone
  identity: Uint8Array
}> {
  const [seeded] = await seedLinkedAccounts(sandbox, 1)
  const bob = await sandbox.phone({ name: 'Bob' })
  const identity = ADVSignedDeviceIdentity.encode(seeded!.account)
  return { seeded: seeded!, companion: new RudeCompanion(seeded!), bob, identity }
}

const text = (words: string): Uint8Array => Message.encode({ conversation: words })

async function assertRefused(phone: Phone, rule: string): Promise<void> {
  await phone.until.event('phone.violation', (data) => data['rule'] === rule)
  assert.deepEqual(
    phone.violations.map((violation) => violation.rule),
    [rule],
  )
  assert.deepEqual(phone.messages(), [])
  await sandbox.world.log.until(() => phone.device.mailbox.size === 0)
}

describe('Inbox', () => {
  after(() => sandbox.stop())

  it('takes a first message whose chain from account to device holds', async () => {
    const { companion, bob, identity } = await setting()
    await companion.send(bob, padMessage(text('fine')), identity)
    assert.equal((await bob.until.message(() => true)).text, 'fine')
    assert.deepEqual(bob.violations, [])
  })

  it('refuses a first message of a companion without device-identity', async () => {
    const { companion, bob } = await setting()
    await companion.send(bob, padMessage(text('who am I')), undefined)
    await assertRefused(bob, 'device_identity')
  })

  it('refuses a chain whose device signature is not by the device', async () => {
    const { companion, bob, seeded } = await setting()
    const forged = sign(generateKeyPair().privateKey, seeded.account.details)
    await companion.send(
      bob,
      padMessage(text('forged')),
      ADVSignedDeviceIdentity.encode({ ...seeded.account, deviceSignature: forged }),
    )
    await assertRefused(bob, 'device_identity')
  })

  it('refuses a chain that is of another account', async () => {
    const { companion, bob } = await setting()
    const other = await setting()
    await companion.send(bob, padMessage(text('borrowed')), other.identity)
    await assertRefused(bob, 'device_identity')
  })

  it('refuses padding that is not as it must be, and keeps its ratchet for the next message', async () => {
    const { companion, bob, identity } = await setting()
    const wrong = Buffer.concat([text('padded'), Buffer.of(1, 2, 3)])
    await companion.send(bob, wrong, identity)
    await assertRefused(bob, 'padding')
    await companion.send(bob, padMessage(text('again')), identity)
    assert.equal((await bob.until.message(() => true)).text, 'again')
  })

  it('refuses what is no message at all', async () => {
    const { companion, bob, identity } = await setting()
    await companion.send(bob, padMessage(Buffer.from([0x0a, 0x7f, 0x01])), identity)
    await assertRefused(bob, 'protobuf')
  })

  it('refuses a deviceSentMessage of somebody else', async () => {
    const { companion, bob, identity } = await setting()
    const message = { deviceSentMessage: { destinationJid: bob.jid, message: { conversation: 'pretend' } } }
    await companion.send(bob, padMessage(Message.encode(message)), identity)
    await assertRefused(bob, 'device_sent')
  })

  it('refuses an own copy that is not wrapped, or names another chat', async () => {
    const first = await setting()
    await first.companion.send(first.seeded.phone, padMessage(text('bare')), first.identity, first.bob)
    await assertRefused(first.seeded.phone, 'device_sent')
    const second = await setting()
    const message = { deviceSentMessage: { destinationJid: first.bob.jid, message: { conversation: 'elsewhere' } } }
    await second.companion.send(second.seeded.phone, padMessage(Message.encode(message)), second.identity, second.bob)
    await assertRefused(second.seeded.phone, 'device_sent')
  })

  it('counts a message that comes twice, and shows it once', async () => {
    const { bob } = await setting()
    const ana = await sandbox.phone({ name: 'Ana' })
    sandbox.fault.next(bob.device, 'message', { duplicate: true })
    await ana.send(bob.jid, { text: 'once' })
    await bob.until.event('phone.duplicate')
    assert.equal(bob.duplicates, 1)
    assert.equal(bob.messages().length, 1)
  })
})
