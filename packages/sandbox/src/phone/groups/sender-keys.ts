import {
  createSenderKey,
  deserializeSenderKey,
  distributionMessage,
  groupDecrypt,
  groupEncrypt,
  processDistribution,
  type SenderKeyRecord,
  SignalError,
  serializeSenderKey,
} from '@switchboard/signal'
import type { PhoneStorage } from '../phone-storage.ts'

/** The key that this phone writes with in one chat, and which devices hold it. Devices are named as Signal sessions are. */
interface OwnKey {
  record: SenderKeyRecord
  readonly holders: Set<string>
}

const toText = (record: SenderKeyRecord): string => Buffer.from(serializeSenderKey(record)).toString('base64')
const fromText = (text: string): SenderKeyRecord => deserializeSenderKey(new Uint8Array(Buffer.from(text, 'base64')))

/** Sender keys of a phone, its own and those it was given, by chat (a group's JID). Every step is written before it is returned. */
export class SenderKeys {
  readonly #storage: PhoneStorage
  readonly #own = new Map<string, OwnKey>()
  readonly #others = new Map<string, SenderKeyRecord>()

  constructor(storage: PhoneStorage) {
    this.#storage = storage
    for (const [chat, text] of storage.entries('own-sender-key/')) {
      const stored = JSON.parse(text) as { record: string; holders: string[] }
      this.#own.set(chat, { record: fromText(stored.record), holders: new Set(stored.holders) })
    }
    for (const [name, text] of storage.entries('sender-key/')) this.#others.set(name, fromText(text))
  }

  /** The key to write with, and who of these devices lacks it. A key that anybody holds who is no longer among them is given up for a fresh one, so
   *  that those who left read nothing more.
   *  @returns the distribution message for those who lack it; it must be made before the next encryption */
  prepare(chat: string, devices: readonly string[]): { lacking: string[]; distribution: Uint8Array; rotated: boolean } {
    const known = this.#own.get(chat)
    const wanted = new Set(devices)
    const stale = known !== undefined && [...known.holders].some((holder) => !wanted.has(holder))
    const own = known && !stale ? known : { record: createSenderKey(), holders: new Set<string>() }
    this.#putOwn(chat, own)
    const lacking = devices.filter((device) => !own.holders.has(device))
    return { lacking, distribution: distributionMessage(own.record), rotated: stale }
  }

  /** What somebody needs who could not read; undefined when this phone never wrote there. */
  distribution(chat: string): Uint8Array | undefined {
    const own = this.#own.get(chat)
    return own && distributionMessage(own.record)
  }

  /** Those devices have been sent the key. */
  noteHolders(chat: string, devices: readonly string[]): void {
    const own = this.#own.get(chat)
    if (!own) return
    for (const device of devices) own.holders.add(device)
    this.#putOwn(chat, own)
  }

  /** The next message is written with a fresh key. */
  discard(chat: string): void {
    this.#own.delete(chat)
    this.#storage.write(`own-sender-key/${chat}`, undefined)
  }

  /** @throws SignalError `no_sender_key` */
  encrypt(chat: string, plaintext: Uint8Array): Uint8Array {
    const own = this.#own.get(chat)
    if (!own) throw new SignalError('no_sender_key', `No sender key of our own for ${chat}`)
    const sealed = groupEncrypt(own.record, plaintext)
    own.record = sealed.record
    this.#putOwn(chat, own)
    return sealed.ciphertext
  }

  /** Takes a key that a device distributed. @throws SignalError when it is malformed */
  take(chat: string, device: string, distribution: Uint8Array): void {
    const name = `${chat}|${device}`
    this.#putOther(name, processDistribution(this.#others.get(name), distribution))
  }

  /** Opens a message and calls `accept` with it before the key's step is stored; what `accept` throws leaves the key as it was.
   *  @throws SignalError `no_sender_key`, `bad_signature`, `duplicate_message`, … */
  decrypt(chat: string, device: string, ciphertext: Uint8Array, accept: (plaintext: Uint8Array) => void): void {
    const name = `${chat}|${device}`
    const record = this.#others.get(name)
    if (!record) throw new SignalError('no_sender_key', `No sender key of ${device} for ${chat}`)
    const opened = groupDecrypt(record, ciphertext)
    this.#storage.batch(() => {
      accept(opened.plaintext)
      this.#putOther(name, opened.record)
    })
  }

  #putOwn(chat: string, own: OwnKey): void {
    if (this.#storage.durable) {
      const text = JSON.stringify({ record: toText(own.record), holders: [...own.holders] })
      this.#storage.write(`own-sender-key/${chat}`, text)
    }
    this.#own.set(chat, own)
  }

  #putOther(name: string, record: SenderKeyRecord): void {
    if (this.#storage.durable) this.#storage.write(`sender-key/${name}`, toText(record))
    this.#others.set(name, record)
  }
}
