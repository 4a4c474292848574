import type { CredentialWrite } from '@switchboard/engine'
import { type ParsedJid, parseJid } from '@switchboard/engine'
import {
  deserializeSenderKey,
  deserializeSession,
  hasOpenSession,
  type SenderKeyRecord,
  type SessionRecord,
  serializeSenderKey,
} from '@switchboard/signal'
import type { DeviceStore } from '../credentials/device-store.ts'
import type { SharedCaches } from '../shared/shared-caches.ts'
import type { AddressBook } from './address-book.ts'
import { formatAddress, type SignalAddress } from './signal-address.ts'

/** Kind under which ratchets are stored, by {@link SignalAddress}. */
export const sessionKind = 'session'
/** Kind under which sender keys are stored, by group and sender. */
export const senderKeyKind = 'sender-key'
/** Kind under which is stored which devices hold our key of a group. */
export const keyHoldersKind = 'sender-key-holders'

interface Parts {
  readonly store: DeviceStore
  readonly caches: SharedCaches
  readonly serial: string
  readonly book: AddressBook
}

const lidOf = (address: SignalAddress): ParsedJid | undefined => {
  const parsed = parseJid(address)
  return parsed?.server === 'lid' ? parsed : undefined
}

/** The address that a device had before its LID was known. */
const phoneAddress = (lid: ParsedJid, phone: string): SignalAddress =>
  formatAddress({ ...lid, user: phone, server: 's.whatsapp.net' })

/**
 * The ratchet steps of one piece of work, made under the locks of their addresses. Nobody else sees them before
 * {@link RatchetSteps.commit} has made them durable; when that fails they are forgotten and read again from the store.
 */
export class RatchetSteps {
  readonly #parts: Parts
  readonly #locks: ReadonlySet<string>
  readonly #sessions = new Map<SignalAddress, SessionRecord | undefined>()
  /** What was read before it was asked for. */
  readonly #ahead = new Map<SignalAddress, Uint8Array | undefined>()
  readonly #senderKeys = new Map<string, SenderKeyRecord>()
  /** By group. */
  readonly #keyHolders = new Map<string, ReadonlySet<string>>()
  readonly #moved: SignalAddress[] = []
  readonly #others: CredentialWrite[] = []

  /** @param locks names that nobody else steps meanwhile */
  constructor(parts: Parts, locks: ReadonlySet<string>) {
    this.#parts = parts
    this.#locks = locks
  }

  async session(address: SignalAddress): Promise<SessionRecord | undefined> {
    if (this.#sessions.has(address)) return this.#sessions.get(address)
    const { caches } = this.#parts
    const cached = caches.sessions.get(this.#key(address))
    if (cached) return deserializeSession(cached.bytes)
    const bytes = await this.#load(address)
    if (!bytes) return this.#moveFromPhoneAddress(address)
    const record = deserializeSession(bytes)
    // In memory of its own: a view, however small, keeps the whole buffer that it looks into. What was just serialized has it already.
    // Without the lock, somebody may have taken steps since these bytes were read: whoever came next would take the same steps again.
    if (this.#locks.has(address)) {
      caches.sessions.set(this.#key(address), { bytes: new Uint8Array(bytes), isOpen: hasOpenSession(record) })
    }
    return record
  }

  /** Whether a message can be encrypted for a device without a new session. */
  async isOpen(address: SignalAddress): Promise<boolean> {
    const cached = this.#sessions.has(address) ? undefined : this.#parts.caches.sessions.get(this.#key(address))
    if (cached) return cached.isOpen
    const record = await this.session(address)
    return record !== undefined && hasOpenSession(record)
  }

  /** Reads the ratchets of many devices at once, of those that {@link session} will be asked for. */
  async readAhead(addresses: readonly SignalAddress[]): Promise<void> {
    const { book, caches, store } = this.#parts
    const missing = addresses.filter((each) => !this.#sessions.has(each) && !caches.sessions.has(this.#key(each)))
    if (missing.length < 2) return
    const found = await store.loadMany(sessionKind, missing)
    const lids = missing.filter((each) => !found.has(each)).flatMap((each) => lidOf(each) ?? [])
    const phones = await book.phonesOf(lids.map(({ user }) => user))
    const olds = lids.flatMap((lid, place) => (phones[place] ? [phoneAddress(lid, phones[place])] : []))
    const moved = olds.length > 0 ? await store.loadMany(sessionKind, olds) : new Map<string, Uint8Array>()
    for (const each of missing) this.#ahead.set(each, found.get(each))
    for (const each of olds) this.#ahead.set(each, moved.get(each))
  }

  async #load(address: SignalAddress): Promise<Uint8Array | undefined> {
    return this.#ahead.has(address) ? this.#ahead.get(address) : this.#parts.store.load(sessionKind, address)
  }

  setSession(address: SignalAddress, record: SessionRecord): void {
    this.#sessions.set(address, record)
  }

  deleteSession(address: SignalAddress): void {
    this.#sessions.set(address, undefined)
  }

  async senderKey(name: string): Promise<SenderKeyRecord | undefined> {
    const known = this.#senderKeys.get(name)
    if (known) return known
    const bytes =
      this.#parts.caches.senderKeys.get(this.#key(name)) ?? (await this.#parts.store.load(senderKeyKind, name))
    return bytes && deserializeSenderKey(bytes)
  }

  setSenderKey(name: string, record: SenderKeyRecord): void {
    this.#senderKeys.set(name, record)
  }

  /** The devices that hold our current sender key of a group. @param name of that sender key: who holds its lock may remember them */
  async keyHolders(group: string, name: string): Promise<ReadonlySet<string>> {
    const staged = this.#keyHolders.get(group)
    if (staged) return staged
    const { caches, store } = this.#parts
    const known = caches.keyHolders.get(this.#key(group))
    if (known) return known
    const bytes = await store.load(keyHoldersKind, group)
    const holders = new Set(bytes ? (JSON.parse(Buffer.from(bytes).toString()) as string[]) : [])
    if (this.#locks.has(name)) caches.keyHolders.set(this.#key(group), holders)
    return holders
  }

  setKeyHolders(group: string, holders: ReadonlySet<string>): void {
    this.#keyHolders.set(group, holders)
  }

  /** Another change that must become durable along with the steps. */
  add(...writes: readonly CredentialWrite[]): void {
    this.#others.push(...writes)
  }

  /** Hands every change to `save` and publishes the steps once it resolves. */
  async commit(save: (writes: readonly CredentialWrite[]) => Promise<void>): Promise<void> {
    const ratchets = this.#ratchets()
    const gone = this.#moved.map((key) => ({ kind: sessionKind, key, value: undefined }))
    const holders = [...this.#keyHolders].map(([key, devices]) => {
      return { kind: keyHoldersKind, key, value: Buffer.from(JSON.stringify([...devices])) }
    })
    try {
      await save([...this.#others, ...ratchets, ...holders, ...gone])
    } catch (error) {
      this.#forget()
      throw error
    }
    for (const write of ratchets) this.#publish(write)
    for (const [group, devices] of this.#keyHolders) this.#parts.caches.keyHolders.set(this.#key(group), devices)
  }

  /** What is to be stored of the ratchets. */
  #ratchets(): CredentialWrite[] {
    const sessions = [...this.#sessions].map(([key, record]) => ({
      kind: sessionKind,
      key,
      value: record?.serialize(),
    }))
    const senderKeys = [...this.#senderKeys].map(([key, record]) => {
      return { kind: senderKeyKind, key, value: serializeSenderKey(record) }
    })
    return [...sessions, ...senderKeys]
  }

  #publish({ kind, key, value }: CredentialWrite): void {
    const { sessions, senderKeys } = this.#parts.caches
    const name = this.#key(key)
    if (!value) sessions.delete(name)
    else if (kind === senderKeyKind) senderKeys.set(name, value)
    else sessions.set(name, { bytes: value, isOpen: hasOpenSession(this.#sessions.get(key)!) })
  }

  // Whether a write that failed took effect is not known: only the store can say.
  #forget(): void {
    for (const address of this.#sessions.keys()) this.#parts.caches.sessions.delete(this.#key(address))
    for (const name of this.#senderKeys.keys()) this.#parts.caches.senderKeys.delete(this.#key(name))
    for (const group of this.#keyHolders.keys()) this.#parts.caches.keyHolders.delete(this.#key(group))
    this.#parts.book.forget(this.#others)
  }

  // A ratchet begun before the LID was known stays under the phone number until it is next used.
  async #moveFromPhoneAddress(address: SignalAddress): Promise<SessionRecord | undefined> {
    const lid = lidOf(address)
    const phone = lid && (await this.#parts.book.phoneOf(lid.user))
    if (!phone) return undefined
    const old = phoneAddress(lid, phone)
    const bytes = await this.#load(old)
    if (!bytes) return undefined
    const record = deserializeSession(bytes)
    this.#parts.caches.sessions.delete(this.#key(old))
    this.#sessions.set(address, record)
    this.#moved.push(old)
    return record
  }

  #key(name: string): string {
    return `${this.#parts.serial}|${name}`
  }
}
