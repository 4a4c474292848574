import {
  decryptMessage,
  decryptPreKeyMessage,
  deserializeSession,
  encryptMessage,
  generateKeyPair,
  generateRegistrationId,
  generateSignedPreKey,
  type KeyPair,
  type LocalIdentity,
  type PreKeyBundle,
  startSession,
} from '../src/index.ts'

export interface SentMessage {
  type: 'pkmsg' | 'msg'
  ciphertext: Uint8Array
}

/** What a conversation needs of either implementation. */
export interface Party {
  bundle(options?: { withoutPreKey?: boolean }): PreKeyBundle
  start(bundle: PreKeyBundle): Promise<void>
  encrypt(text: string): Promise<SentMessage>
  decrypt(message: SentMessage): Promise<string>
}

/** A party on this package. Its record goes through storage form at every step, as it does in life. */
export class OurParty implements Party {
  local: LocalIdentity = { identity: generateKeyPair(), registrationId: generateRegistrationId() }
  stored: Uint8Array | undefined
  readonly #preKeys = new Map<number, KeyPair>()
  readonly #signedPreKey = generateSignedPreKey(this.local.identity, 7)
  #nextPreKeyId = 1

  bundle({ withoutPreKey = false } = {}): PreKeyBundle {
    const { keyId, keyPair, signature } = this.#signedPreKey
    return {
      registrationId: this.local.registrationId,
      identityKey: this.local.identity.publicKey,
      signedPreKey: { keyId, publicKey: keyPair.publicKey, signature },
      ...(withoutPreKey ? {} : { preKey: this.#publishPreKey() }),
    }
  }

  get unusedPreKeys(): number {
    return this.#preKeys.size
  }

  /** A new device under the same name: another identity, nothing remembered. */
  reinstall(): OurParty {
    return new OurParty()
  }

  async start(bundle: PreKeyBundle): Promise<void> {
    this.stored = startSession(this.local, bundle, this.#record()).serialize()
  }

  encryptNow(text: string): SentMessage {
    const record = this.#record()
    if (!record) throw new Error('no session')
    const result = encryptMessage(record, this.local, Buffer.from(text))
    this.stored = result.record.serialize()
    return { type: result.type, ciphertext: result.ciphertext }
  }

  decryptNow({ type, ciphertext }: SentMessage): string {
    const record = this.#record()
    if (type === 'msg') {
      if (!record) throw new Error('no session')
      const result = decryptMessage(record, this.local, ciphertext)
      this.stored = result.record.serialize()
      return Buffer.from(result.plaintext).toString()
    }
    const keys = {
      preKey: (id: number) => this.#preKeys.get(id),
      signedPreKey: (id: number) => (id === this.#signedPreKey.keyId ? this.#signedPreKey.keyPair : undefined),
    }
    const result = decryptPreKeyMessage(record, this.local, keys, ciphertext)
    this.stored = result.record.serialize()
    if (result.usedPreKeyId !== undefined) this.#preKeys.delete(result.usedPreKeyId)
    return Buffer.from(result.plaintext).toString()
  }

  async encrypt(text: string): Promise<SentMessage> {
    return this.encryptNow(text)
  }

  async decrypt(message: SentMessage): Promise<string> {
    return this.decryptNow(message)
  }

  #publishPreKey(): { keyId: number; publicKey: Uint8Array } {
    const keyId = this.#nextPreKeyId++
    const pair = generateKeyPair()
    this.#preKeys.set(keyId, pair)
    return { keyId, publicKey: pair.publicKey }
  }

  #record() {
    return this.stored && deserializeSession(this.stored)
  }
}

/** Two parties that have each read a message of the other. */
export function established(): [OurParty, OurParty] {
  const [a, b] = [new OurParty(), new OurParty()]
  a.stored = startSession(a.local, b.bundle()).serialize()
  b.decryptNow(a.encryptNow('hello'))
  a.decryptNow(b.encryptNow('hello back'))
  return [a, b]
}
