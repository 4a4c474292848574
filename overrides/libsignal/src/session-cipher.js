import {
  archiveSession,
  decodePreKeyWhisperMessage,
  decryptMessage,
  decryptPreKeyMessage,
  encryptMessage,
  prefixed,
  unprefixed,
} from '@switchboard/signal'
import { withAddressLock } from './address-lock.js'
import { SessionError, translated, UntrustedIdentityKeyError } from './errors.js'
import { loadLocalIdentity } from './local-identity.js'
import { SessionRecord } from './session-record.js'

/** Encrypts to and decrypts from one device. Each step is stored before its result is handed out. */
export class SessionCipher {
  constructor(storage, address) {
    this.storage = storage
    this.addr = address
  }

  /** `type` is 3 for a prekey message and 1 for a plain one, as in libsignal. */
  async encrypt(data) {
    return this.#locked(async (record) => {
      const local = await loadLocalIdentity(this.storage)
      const result = translated(() => encryptMessage(required(record).state, local, data))
      await this.#store(result.record)
      const registrationId = result.record.current?.remoteRegistrationId
      return { type: result.type === 'pkmsg' ? 3 : 1, body: Buffer.from(result.ciphertext), registrationId }
    })
  }

  async decryptWhisperMessage(data) {
    return this.#locked(async (record) => {
      const local = await loadLocalIdentity(this.storage)
      const result = translated(() => decryptMessage(required(record).state, local, data))
      await this.#store(result.record)
      return Buffer.from(result.plaintext)
    })
  }

  async decryptPreKeyWhisperMessage(data) {
    return this.#locked(async (record) => {
      const message = decodePreKeyWhisperMessage(data)
      await this.#requireTrust(message.identityKey)
      const keys = await this.#loadPreKeys(message)
      const local = await loadLocalIdentity(this.storage)
      const result = translated(() => decryptPreKeyMessage(record?.state, local, keys, data))
      await this.#store(result.record)
      if (result.usedPreKeyId !== undefined) await this.storage.removePreKey(result.usedPreKeyId)
      return Buffer.from(result.plaintext)
    })
  }

  async hasOpenSession() {
    return this.#locked(async (record) => record?.haveOpenSession() ?? false)
  }

  async closeOpenSession() {
    return this.#locked(async (record) => {
      if (record) await this.#store(archiveSession(record.state))
    })
  }

  #locked(job) {
    const address = this.addr.toString()
    return withAddressLock(this.storage, address, async () => job(await this.storage.loadSession(address)))
  }

  async #requireTrust(identityKey) {
    const key = Buffer.from(prefixed(identityKey))
    if (await this.storage.isTrustedIdentity(this.addr.id, key)) return
    throw new UntrustedIdentityKeyError(this.addr.id, key)
  }

  async #loadPreKeys(message) {
    const preKey = message.preKeyId === undefined ? undefined : await this.storage.loadPreKey(message.preKeyId)
    const signedPreKey = await this.storage.loadSignedPreKey(message.signedPreKeyId)
    return { preKey: () => toKeyPair(preKey), signedPreKey: () => toKeyPair(signedPreKey) }
  }

  #store(state) {
    return this.storage.storeSession(this.addr.toString(), new SessionRecord(state))
  }
}

function required(record) {
  if (!record) throw new SessionError('No session record')
  return record
}

function toKeyPair(stored) {
  return stored && { publicKey: unprefixed(stored.pubKey), privateKey: stored.privKey }
}
