import {
  archiveSession,
  decryptMessage,
  decryptPreKeyMessage,
  deserializeSession,
  encryptMessage,
  generateKeyPair,
  hasOpenSession,
  type KeyPair,
  keyPairFromPrivate,
  type LocalIdentity,
  type PreKeyBundle,
  type PreKeySource,
  SessionRecord,
  startSession,
} from '@switchboard/signal'
import type { PhoneKeys } from './phone-keys.ts'
import type { PhoneStorage } from './phone-storage.ts'

export interface OpenedMessage {
  readonly plaintext: Uint8Array
  /** Set for a `pkmsg`: who the sender proved to be. */
  readonly identityKey?: Uint8Array
}

/** A phone's own Signal state. Every step is written before it is returned, so that what left or was shown is never forgotten. */
export class SignalStore implements PreKeySource {
  readonly #keys: PhoneKeys
  readonly #storage: PhoneStorage
  readonly #local: LocalIdentity
  readonly #sessions = new Map<string, SessionRecord>()
  readonly #preKeys = new Map<number, KeyPair>()
  #nextPreKeyId = 1

  constructor(keys: PhoneKeys, storage: PhoneStorage) {
    this.#keys = keys
    this.#storage = storage
    this.#local = { identity: keys.identity, registrationId: keys.registrationId }
    for (const [address, text] of storage.entries('session/')) {
      this.#sessions.set(address, deserializeSession(new Uint8Array(Buffer.from(text, 'base64'))))
    }
    for (const [id, text] of storage.entries('pre-key/')) {
      this.#preKeys.set(Number(id), keyPairFromPrivate(new Uint8Array(Buffer.from(text, 'base64'))))
    }
    for (const [, text] of storage.entries('next-pre-key')) this.#nextPreKeyId = Number(text)
  }

  preKey(id: number): KeyPair | undefined {
    return this.#preKeys.get(id)
  }

  signedPreKey(id: number): KeyPair | undefined {
    return id === this.#keys.signedPreKey.keyId ? this.#keys.signedPreKey.keyPair : undefined
  }

  /** Fresh one-time prekeys; the public halves are for the server. */
  generatePreKeys(count: number): { keyId: number; publicKey: Uint8Array }[] {
    return this.#storage.batch(() => {
      const made = Array.from({ length: count }, () => {
        const keyId = this.#nextPreKeyId++
        const pair = generateKeyPair()
        this.#preKeys.set(keyId, pair)
        this.#storage.write(`pre-key/${keyId}`, Buffer.from(pair.privateKey).toString('base64'))
        return { keyId, publicKey: pair.publicKey }
      })
      this.#storage.write('next-pre-key', String(this.#nextPreKeyId))
      return made
    })
  }

  hasSession(address: string): boolean {
    const record = this.#sessions.get(address)
    return record !== undefined && hasOpenSession(record)
  }

  /** @throws SignalError `untrusted_signature` when the bundle's signed prekey is forged */
  start(address: string, bundle: PreKeyBundle): void {
    this.#put(address, startSession(this.#local, bundle, this.#sessions.get(address)))
  }

  /** The next message to that device starts a new session; late ones in the old still decrypt. */
  archive(address: string): void {
    const record = this.#sessions.get(address)
    if (record) this.#put(address, archiveSession(record))
  }

  registrationIdOf(address: string): number | undefined {
    return this.#sessions.get(address)?.current?.remoteRegistrationId
  }

  /** @throws SignalError `no_session` */
  encrypt(address: string, plaintext: Uint8Array): { type: 'pkmsg' | 'msg'; ciphertext: Uint8Array } {
    const record = this.#sessions.get(address) ?? new SessionRecord(undefined, [])
    const sealed = encryptMessage(record, this.#local, plaintext)
    this.#put(address, sealed.record)
    return { type: sealed.type, ciphertext: sealed.ciphertext }
  }

  /** Opens a message and calls `accept` with it before the ratchet is stored; what `accept` throws leaves the ratchet as it was. */
  decrypt(
    address: string,
    type: 'pkmsg' | 'msg',
    ciphertext: Uint8Array,
    accept: (opened: OpenedMessage) => void,
  ): void {
    const known = this.#sessions.get(address)
    if (type === 'msg') {
      const opened = decryptMessage(known ?? new SessionRecord(undefined, []), this.#local, ciphertext)
      this.#commit(address, opened.record, undefined, () => accept({ plaintext: opened.plaintext }))
      return
    }
    const opened = decryptPreKeyMessage(known, this.#local, this, ciphertext)
    const { plaintext, identityKey } = opened
    this.#commit(address, opened.record, opened.usedPreKeyId, () => accept({ plaintext, identityKey }))
  }

  #commit(address: string, record: SessionRecord, usedPreKeyId: number | undefined, accept: () => void): void {
    this.#storage.batch(() => {
      accept()
      this.#put(address, record)
      if (usedPreKeyId === undefined) return
      this.#preKeys.delete(usedPreKeyId)
      this.#storage.write(`pre-key/${usedPreKeyId}`, undefined)
    })
  }

  #put(address: string, record: SessionRecord): void {
    // Stored first: when that fails, memory still holds the state that storage does.
    if (this.#storage.durable) {
      this.#storage.write(`session/${address}`, Buffer.from(record.serialize()).toString('base64'))
    }
    this.#sessions.set(address, record)
  }
}
