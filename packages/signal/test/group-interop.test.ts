import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import {
  createSenderKey,
  distributionMessage,
  groupDecrypt,
  groupEncrypt,
  processDistribution,
  type SenderKeyRecord,
  serializeSenderKey,
} from '../src/index.ts'

interface StockCipher {
  encrypt(data: Buffer): Promise<Uint8Array>
  decrypt(data: Buffer): Promise<Uint8Array>
}

interface StockGroup {
  GroupCipher: new (store: object, name: object) => StockCipher
  GroupSessionBuilder: new (
    store: object,
  ) => {
    create(name: object): Promise<{ serialize(): Uint8Array }>
    process(name: object, message: object): Promise<void>
  }
  SenderKeyDistributionMessage: new (...fields: [null, null, null, null, Uint8Array]) => object
  SenderKeyName: new (group: string, sender: object) => object
  SenderKeyRecord: { new (): { serialize(): object }; deserialize(data: Buffer): object }
}

// Unmodified baileys, whose sender keys run on its own npm libsignal. Imported by path, past its package's front door.
const root = dirname(createRequire(import.meta.url).resolve('baileys-stock/package.json'))
const load = async (file: string) => import(pathToFileURL(join(root, 'lib/Signal/Group', file)).href)
const stock = (await load('index.js')) as StockGroup

// Its reader understands buffers as base64 only. (Its own repository writes them as arrays, and then fails on skipped messages.)
function base64Buffers(_key: string, value: unknown): unknown {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown }
  return type === 'Buffer' && Array.isArray(data) ? { type, data: Buffer.from(data).toString('base64') } : value
}

/** One side of a group conversation on stock baileys: sender and member at once, each with its stored record. */
class StockMember {
  #stored: Buffer | undefined
  readonly #name = new stock.SenderKeyName('1@g.us', { id: 'x', deviceId: 0, toString: () => 'x.0' })
  readonly #store = {
    loadSenderKey: async () =>
      this.#stored ? stock.SenderKeyRecord.deserialize(this.#stored) : new stock.SenderKeyRecord(),
    storeSenderKey: async (_name: object, record: { serialize(): object }) => {
      this.#stored = Buffer.from(JSON.stringify(record.serialize(), base64Buffers))
    },
  }

  async distribute(): Promise<Uint8Array> {
    return (await new stock.GroupSessionBuilder(this.#store).create(this.#name)).serialize()
  }

  async learn(bytes: Uint8Array): Promise<void> {
    const message = new stock.SenderKeyDistributionMessage(null, null, null, null, bytes)
    await new stock.GroupSessionBuilder(this.#store).process(this.#name, message)
  }

  async say(text: string): Promise<Uint8Array> {
    return new stock.GroupCipher(this.#store, this.#name).encrypt(Buffer.from(text))
  }

  async read(bytes: Uint8Array): Promise<string> {
    return Buffer.from(await new stock.GroupCipher(this.#store, this.#name).decrypt(Buffer.from(bytes))).toString()
  }
}

describe('sender keys with stock baileys', () => {
  it('lets it read ours, in order and not', async () => {
    let record = createSenderKey()
    const member = new StockMember()
    await member.learn(distributionMessage(record))
    const messages = [0, 1, 2, 3, 4].map((index) => {
      const result = groupEncrypt(record, Buffer.from(`message ${index}`))
      record = result.record
      return result.ciphertext
    })
    for (const index of [0, 3, 1, 4, 2]) assert.equal(await member.read(messages[index]!), `message ${index}`)
    await assert.rejects(member.read(messages[1]!))
  })

  it('reads its messages, in order and not', async () => {
    const sender = new StockMember()
    let record: SenderKeyRecord = processDistribution(undefined, await sender.distribute())
    const messages: Uint8Array[] = []
    for (let index = 0; index < 5; index++) messages.push(await sender.say(`message ${index}`))
    for (const index of [0, 3, 1, 4, 2]) {
      const result = groupDecrypt(record, messages[index]!)
      record = result.record
      assert.equal(Buffer.from(result.plaintext).toString(), `message ${index}`)
    }
    assert.throws(() => groupDecrypt(record, messages[1]!), /decrypted before/)
  })

  it('keeps a record of one size of it, though it steps over a message each time', async () => {
    const sender = new StockMember()
    let record: SenderKeyRecord = processDistribution(undefined, await sender.distribute())
    const sizes: number[] = []
    for (let index = 0; index < 60; index++) {
      const result = groupDecrypt(record, await sender.say(`message ${index}`))
      assert.equal(Buffer.from(result.plaintext).toString(), `message ${index}`)
      record = result.record
      sizes.push(serializeSenderKey(record).length)
    }
    // 0, 2, 4, …: if this fails, the library has changed, and the bound on gaps may be lifted.
    assert.equal(record.states[0]!.counter, 119)
    assert.ok(sizes[59]! <= 2 * sizes[9]!, `${sizes[9]} bytes after 10 messages, ${sizes[59]} after 60`)
    assert.equal(sizes[59], sizes[30])
  })

  it('joins it in the middle of a conversation, and the other way round', async () => {
    let ours = createSenderKey()
    for (let index = 0; index < 7; index++) ours = groupEncrypt(ours, Buffer.from('before')).record
    const member = new StockMember()
    await member.learn(distributionMessage(ours))
    assert.equal(await member.read(groupEncrypt(ours, Buffer.from('now')).ciphertext), 'now')

    const sender = new StockMember()
    await sender.distribute()
    for (let index = 0; index < 7; index++) await sender.say('before')
    const record = processDistribution(undefined, await sender.distribute())
    assert.equal(Buffer.from(groupDecrypt(record, await sender.say('now')).plaintext).toString(), 'now')
  })
})
