import { createRequire } from 'node:module'
import type { PreKeyBundle } from '../src/index.ts'
import { prefixed, unprefixed } from '../src/index.ts'
import type { Party, SentMessage } from './our-party.ts'

interface StockKeyPair {
  pubKey: Buffer
  privKey: Buffer
}

interface StockCipher {
  encrypt(data: Buffer): Promise<{ type: number; body: Buffer | string }>
  decryptPreKeyWhisperMessage(data: Buffer): Promise<Buffer>
  decryptWhisperMessage(data: Buffer): Promise<Buffer>
}

interface Stock {
  curve: { generateKeyPair(): StockKeyPair }
  keyhelper: {
    generateRegistrationId(): number
    generateSignedPreKey(
      identity: StockKeyPair,
      id: number,
    ): { keyId: number; keyPair: StockKeyPair; signature: Buffer }
  }
  ProtocolAddress: new (id: string, device: number) => object
  SessionBuilder: new (storage: object, address: object) => { initOutgoing(device: object): Promise<void> }
  SessionCipher: new (storage: object, address: object) => StockCipher
  SessionRecord: { deserialize(data: object): object }
}

const stock = createRequire(import.meta.url)('libsignal-stock') as Stock
let addresses = 0

/** A party on unmodified npm `libsignal`: the foreign side of every interop test. */
export class StockParty implements Party {
  readonly #identity = stock.curve.generateKeyPair()
  readonly #registrationId = stock.keyhelper.generateRegistrationId()
  readonly #signedPreKey = stock.keyhelper.generateSignedPreKey(this.#identity, 9)
  readonly #preKeys = new Map<number, StockKeyPair>()
  // Its queue is global and keyed by address, so each party needs an address of its own.
  readonly #address = new stock.ProtocolAddress(`peer${++addresses}`, 0)
  readonly #storage = this.#makeStorage()
  readonly #cipher = new stock.SessionCipher(this.#storage, this.#address)
  #nextPreKeyId = 1
  #stored: object | undefined

  bundle({ withoutPreKey = false } = {}): PreKeyBundle {
    const { keyId, keyPair, signature } = this.#signedPreKey
    return {
      registrationId: this.#registrationId,
      identityKey: unprefixed(this.#identity.pubKey),
      signedPreKey: { keyId, publicKey: unprefixed(keyPair.pubKey), signature },
      ...(withoutPreKey ? {} : { preKey: this.#publishPreKey() }),
    }
  }

  async start({ registrationId, identityKey, signedPreKey, preKey }: PreKeyBundle): Promise<void> {
    const key = (raw: Uint8Array) => Buffer.from(prefixed(raw))
    await new stock.SessionBuilder(this.#storage, this.#address).initOutgoing({
      registrationId,
      identityKey: key(identityKey),
      signedPreKey: {
        keyId: signedPreKey.keyId,
        publicKey: key(signedPreKey.publicKey),
        signature: Buffer.from(signedPreKey.signature),
      },
      ...(preKey ? { preKey: { keyId: preKey.keyId, publicKey: key(preKey.publicKey) } } : {}),
    })
  }

  async encrypt(text: string): Promise<SentMessage> {
    const { type, body } = await this.#cipher.encrypt(Buffer.from(text))
    return { type: type === 3 ? 'pkmsg' : 'msg', ciphertext: Buffer.from(body as string, 'binary') }
  }

  async decrypt({ type, ciphertext }: SentMessage): Promise<string> {
    const data = Buffer.from(ciphertext)
    const plaintext =
      type === 'pkmsg'
        ? await this.#cipher.decryptPreKeyWhisperMessage(data)
        : await this.#cipher.decryptWhisperMessage(data)
    return plaintext.toString()
  }

  #publishPreKey(): { keyId: number; publicKey: Uint8Array } {
    const keyId = this.#nextPreKeyId++
    const pair = stock.curve.generateKeyPair()
    this.#preKeys.set(keyId, pair)
    return { keyId, publicKey: unprefixed(pair.pubKey) }
  }

  #makeStorage(): object {
    return {
      loadSession: async () => this.#stored && stock.SessionRecord.deserialize(this.#stored),
      storeSession: async (_id: string, record: { serialize(): object }) => {
        this.#stored = JSON.parse(JSON.stringify(record.serialize()))
      },
      isTrustedIdentity: () => true,
      loadPreKey: async (id: number) => this.#preKeys.get(id),
      removePreKey: async (id: number) => void this.#preKeys.delete(id),
      loadSignedPreKey: async () => this.#signedPreKey.keyPair,
      getOurRegistrationId: async () => this.#registrationId,
      getOurIdentity: async () => this.#identity,
    }
  }
}
