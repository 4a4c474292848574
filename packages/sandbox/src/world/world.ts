import { generateKeyPair, type KeyPair } from '@switchboard/signal'
import { parseJid } from '../wire/jid.ts'
import type { Jid } from '../wire/node.ts'
import type { Account, Device } from './account.ts'
import { addressingOf, deviceName } from './address.ts'
import { CallBook } from './calls/call-book.ts'
import { Faults } from './faults/faults.ts'
import { GroupBook } from './groups/group-book.ts'
import { Mailbox } from './mailbox.ts'
import { MediaStore } from './media/media-store.ts'
import { mediaSecret } from './media/upload-auth.ts'
import { NewsletterBook } from './newsletters/newsletter-book.ts'
import { Pairing } from './pairing.ts'
import { newPerson, type Picture } from './people/person.ts'
import { sameUsername } from './people/username.ts'
import { PublishedPreKeys } from './published-pre-keys.ts'
import type { Router } from './router.ts'
import { SeededRandom } from './seeded-random.ts'
import type { StreamEnd } from './stream-end.ts'
import { Subscriptions } from './subscriptions.ts'
import { UnhandledLog } from './unhandled-log.ts'
import { machineClock, type WorldClock } from './world-clock.ts'
import { unserved, type WorldHooks } from './world-hooks.ts'
import { WorldLog } from './world-log.ts'

export interface WorldOptions {
  seed?: number
  clock?: WorldClock
  /** Key material of an earlier life of this world; fresh when absent. */
  keys?: World['keys']
  /** The log of the world that this one replaces, to be continued. */
  log?: WorldLog
}

export interface NewAccount {
  /** Digits of the phone number. Made up when absent. */
  phone?: string
  name?: string
  /** User part of the LID. Made up when absent. */
  lid?: string
  /** Other numbers that lead to the account; see {@link Account.aliases}. */
  aliases?: readonly string[]
}

/** A companion's connection, as far as the world needs to end it. */
export interface Stream {
  end(end: StreamEnd): void
}

export interface NewDevice {
  /** Companion number; the next free one when absent. */
  id?: number
  registrationId: number
  identityKey: Uint8Array
  signedPreKey?: Device['signedPreKey']
  noiseKey?: Uint8Array
  signedIdentity?: Uint8Array
  platform?: string
}

/** A whole WhatsApp: its people, their devices, and everything that waits for them. */
export class World {
  readonly clock: WorldClock
  readonly random: SeededRandom
  readonly log: WorldLog
  readonly unhandled: UnhandledLog
  /** `noiseRoot` signs the certificate chain: its public key is what clients must trust. `serverStatic` is the Noise static key. */
  readonly keys: { readonly noiseRoot: KeyPair; readonly serverStatic: KeyPair }
  /** What the server that serves this world does; nothing while none does. */
  hooks: WorldHooks = unserved
  readonly pairing = new Pairing()
  readonly faults: Faults
  readonly subscriptions = new Subscriptions()
  readonly groups = new GroupBook()
  readonly calls: CallBook
  /** Channels. */
  readonly newsletters = new NewsletterBook()
  /** Pictures of groups, by group id. */
  readonly groupPictures = new Map<string, Picture>()
  /** What the media host holds. */
  readonly media: MediaStore
  /** The open stream of each connected companion. */
  readonly streams = new Map<Device, Stream>()
  /** Receipts of a group that wait for a device come as one. */
  groupsReceipts = false
  /** Clients older than this are refused as outdated (405). */
  minimumVersion: readonly [number, number, number] | undefined = undefined
  /** Where clients reach the media host (`127.0.0.1:port`); set by the server that listens. */
  mediaHost = 'media.invalid'
  readonly #byLid = new Map<string, Account>()
  readonly #byPhone = new Map<string, Account>()

  constructor(options: WorldOptions = {}) {
    this.clock = options.clock ?? machineClock
    this.random = new SeededRandom(options.seed ?? 1)
    this.log = options.log ?? new WorldLog(this.clock)
    this.unhandled = new UnhandledLog(this.log)
    this.keys = options.keys ?? { noiseRoot: generateKeyPair(), serverStatic: generateKeyPair() }
    this.media = new MediaStore(this.clock, mediaSecret(this.keys))
    const { clock, random, log } = this
    this.faults = new Faults({ clock, random, log, timelockChanged: (account) => this.hooks.timelockChanged(account) })
    this.calls = new CallBook(this.clock, (call) => this.hooks.unanswered(call))
  }

  /** Where stanzas of devices go. */
  get router(): Router {
    return this.hooks
  }

  accounts(): Iterable<Account> {
    return this.#byLid.values()
  }

  /** A new person without devices; the phone is added with {@link World.addDevice} as device 0. */
  createAccount(options: NewAccount = {}): Account {
    const phone = options.phone ?? this.#unused(this.#byPhone, () => `1555${this.random.digits(7)}`)
    const lid = options.lid ?? this.#unused(this.#byLid, () => this.random.digits(15))
    if (this.#byPhone.has(phone) || this.#byLid.has(lid)) throw new Error(`account ${phone} / ${lid} exists`)
    this.#requireFree(options.aliases ?? [])
    const account = this.admitAccount({ phone, lid, name: options.name ?? '' })
    if (options.aliases) this.setAliases(account, options.aliases)
    this.log.append('account.created', { phone, lid, name: account.pushName })
    return account
  }

  /** Like {@link World.createAccount}, of somebody who was there before: nothing is made up, and nobody gets a notification. */
  admitAccount({ phone, lid, name = '' }: { phone: string; lid: string; name?: string }): Account {
    const account: Account = {
      lid,
      phone,
      aliases: [],
      pushName: name,
      about: { text: '', at: this.clock.now() },
      devices: new Map(),
      nextDeviceId: 1,
      keyIndexList: undefined,
      blocked: new Set(),
      privacy: new Map(),
      disappearingMode: { duration: 0, at: 0 },
      appState: new Map(),
      peers: new Set(),
      person: newPerson(),
      standing: {},
    }
    this.#byLid.set(lid, account)
    this.#byPhone.set(phone, account)
    return account
  }

  /** Finds a person by JID (either kind, with or without device), LID user part or phone digits. */
  account(who: Jid | string): Account | undefined {
    const jid = typeof who === 'string' ? parseJid(who) : who
    if (!jid) return typeof who === 'string' ? (this.#byPhone.get(who) ?? this.#byLid.get(who)) : undefined
    const addressing = addressingOf(jid)
    if (addressing === 'lid') return this.#byLid.get(jid.user)
    return addressing === 'pn' ? this.#byPhone.get(jid.user) : undefined
  }

  /** Finds whom somebody means who looks a number up: by an alias where no account has the number itself. */
  sought(who: Jid): Account | undefined {
    const known = this.account(who)
    if (known || addressingOf(who) !== 'pn') return known
    return [...this.#byLid.values()].find(({ aliases }) => aliases.includes(who.user))
  }

  /** Finds whom a user name leads to, in any case of letters. */
  named(username: string): Account | undefined {
    return [...this.#byLid.values()].find(({ username: own }) => own && sameUsername(own.name, username))
  }

  /** Lets other numbers lead to an account, instead of those before. @throws Error when somebody has one of them */
  setAliases(account: Account, aliases: readonly string[]): void {
    this.#requireFree(aliases, account)
    account.aliases = [...new Set(aliases)].filter((number) => number !== account.phone)
  }

  #requireFree(aliases: readonly string[], own?: Account): void {
    for (const number of aliases) {
      const owner = this.sought({ user: number, server: 's.whatsapp.net' })
      if (owner && owner !== own) throw new Error(`account ${number} exists`)
    }
  }

  /** Finds a device by its JID; without a device number, the phone. */
  device(who: Jid | string): Device | undefined {
    const jid = typeof who === 'string' ? parseJid(who) : who
    return jid && this.account(jid)?.devices.get(jid.device ?? 0)
  }

  /** Registers a device with its public keys. `id: 0` is the phone. Peers and other companions get a notification of a companion. */
  addDevice(account: Account, options: NewDevice): Device {
    const device = this.reserveDevice(account, options)
    this.registerDevice(device)
    return device
  }

  /** A device object that nobody can reach yet: pairing registers it once it is accepted. */
  reserveDevice(account: Account, options: NewDevice): Device {
    const id = options.id ?? account.nextDeviceId
    if (account.devices.has(id)) throw new Error(`${account.phone} has a device ${id}`)
    // Numbers are never used twice, even when a pairing fails.
    account.nextDeviceId = Math.max(account.nextDeviceId, id + 1)
    return {
      id,
      account,
      mailbox: new Mailbox(),
      keyIndex: id,
      registrationId: options.registrationId,
      identityKey: options.identityKey,
      signedPreKey: options.signedPreKey,
      preKeys: new PublishedPreKeys(),
      noiseKey: options.noiseKey,
      signedIdentity: options.signedIdentity,
      presence: 'unavailable',
      lastSeenAt: undefined,
      platform: options.platform ?? 'unknown',
    }
  }

  /** Makes a reserved device reachable. */
  registerDevice(device: Device): void {
    const { account } = device
    if (account.devices.has(device.id)) throw new Error(`${account.phone} has a device ${device.id}`)
    account.devices.set(device.id, device)
    this.log.append('device.added', { device: deviceName(device), id: device.id, platform: device.platform })
    if (device.id === 0) return
    if (this.groups.of(account).length > 0) this.groups.markDirty(device)
    this.hooks.linked(device)
  }

  /** Unlinks a device: its stream ends with device_removed, its mailbox is gone, peers and other companions get a notification. */
  removeDevice(device: Device, reason: string): void {
    const { account } = device
    if (account.devices.get(device.id) !== device) return
    account.devices.delete(device.id)
    this.disconnect(device, { kind: 'removed' })
    device.mailbox.clear()
    this.subscriptions.forget(device)
    this.log.append('device.removed', { device: deviceName(device), id: device.id, reason })
    this.hooks.unlinked(device)
  }

  /** Ends a device's stream, or an in-process phone's attachment. False when it was not connected. */
  disconnect(device: Device, end: StreamEnd): boolean {
    const stream = this.streams.get(device)
    const { attachment } = device.mailbox
    if (stream) stream.end(end)
    else attachment?.end?.(end)
    return stream !== undefined || attachment !== undefined
  }

  /** Those who know a person, and so get changes of their devices and keys. */
  peers(account: Account): Iterable<Account> {
    return account.peers
  }

  /** Removes a person with all devices; linked clients are logged out. */
  removeAccount(account: Account): void {
    for (const device of [...account.devices.values()].toReversed()) this.removeDevice(device, 'account removed')
    for (const peer of account.peers) peer.peers.delete(account)
    this.newsletters.forget(account)
    for (const group of this.groups.forget(account)) this.log.append('group.ended', { group: group.id })
    this.#byLid.delete(account.lid)
    this.#byPhone.delete(account.phone)
    this.log.append('account.removed', { phone: account.phone, lid: account.lid })
  }

  /** Moves a person to another phone number; the LID stays. */
  changePhone(account: Account, phone: string): void {
    if (this.#byPhone.has(phone)) throw new Error(`account ${phone} exists`)
    this.#byPhone.delete(account.phone)
    this.#byPhone.set(phone, account)
    account.phone = phone
  }

  /** Whole seconds, as `t` attributes carry them. */
  seconds(): number {
    return Math.floor(this.clock.now() / 1000)
  }

  #unused(taken: ReadonlyMap<string, unknown>, make: () => string): string {
    for (;;) {
      const candidate = make()
      if (!taken.has(candidate)) return candidate
    }
  }
}
