import { generateKeyPair } from '@switchboard/signal'
import { fromJson, toJson } from '../phone/json-bytes.ts'
import { createTlsIdentity, type TlsIdentity } from '../server/tls/tls-identity.ts'
import type { Account, Device } from '../world/account.ts'
import type { MailboxEntry } from '../world/mailbox.ts'
import type { MediaLink, StoredFile } from '../world/media/media-store.ts'
import { References } from '../world/state/references.ts'
import type { World } from '../world/world.ts'
import type { WorldEvent } from '../world/world-log.ts'
import type { SqliteStorage } from './sqlite-storage.ts'
import { places, readPreKeys, readWorld, writeAccount, writeDevice, writeParts, writePreKeys } from './world-records.ts'

type StoredEntry = Pick<MailboxEntry, 'kind' | 'id' | 'node' | 'at'>

/** How often state without events of its own (privacy settings, block lists) is looked at. */
const sweepMs = 1000
/** Events that come with traffic and change no area of the world; all others have the areas looked at at once. */
const hot = /^(phone\.|message\.|media\.|receipt$|acknowledged$|presence$|chatstate$|bundle\.|prekeys\.|fault$)/

/** Keeps a world's server side on disk. Mailboxes and key material are written before what they allow happens; the rest follows at once. */
export class WorldKeeper {
  readonly #storage: SqliteStorage
  /** What was written last, so that unchanged records are not written again. */
  readonly #written = new Map<string, string>()
  #world: World | undefined
  #sweep: NodeJS.Timeout | undefined
  #partsDue = false
  #unsubscribe: () => void = () => {}

  constructor(storage: SqliteStorage) {
    this.#storage = storage
  }

  /** The world's own keys: those of its earlier life, if it had one. */
  keys(): World['keys'] {
    return this.#once('world/keys', () => ({ noiseRoot: generateKeyPair(), serverStatic: generateKeyPair() }))
  }

  /** What the server shows to TLS clients: the same over restarts, so that clients that trust it still do. A new one when it is about to end. */
  tlsIdentity(now: number, hosts: readonly string[]): TlsIdentity {
    const kept = this.#once('world/tls', () => ({ made: now, hosts, ...createTlsIdentity(now, hosts) }))
    const good = now - kept.made < renewTlsAfterMs && hosts.every((host) => kept.hosts.includes(host))
    if (good) return kept
    this.#storage.write('world/tls', undefined)
    return this.tlsIdentity(now, hosts)
  }

  /** Counts the lives of this world, from 0: made-up numbers and ids must differ between them. */
  nextLife(): number {
    const [stored] = this.#storage.entries('world/lives')
    const life = stored ? Number(stored[1]) : 0
    this.#storage.write('world/lives', String(life + 1))
    return life
  }

  /** Fills an empty world with what was kept, and keeps it from now on. */
  attach(world: World): void {
    this.#storage.batch(() => this.#restore(world))
    this.#begin(world)
  }

  /** Keeps this world from now on, instead of the one that was kept. */
  takeOver(world: World): void {
    this.nextLife()
    this.#storage.batch(() => {
      for (const prefix of ['state/', 'pre-keys/', 'mailbox/', 'media/']) this.#storage.removeAll(prefix)
      this.#written.clear()
      this.#storage.write('world/keys', toJson(world.keys))
      this.#journalMedia(world)
      const { files, links } = world.media.snapshot()
      for (const file of files) world.media.journal?.file(file.hash, file)
      for (const link of links) world.media.journal?.link(link.id, link)
      for (const account of world.accounts()) for (const device of account.devices.values()) this.#keepAll(device)
    })
    this.#begin(world)
    this.#saveAll()
  }

  detach(): void {
    this.#unsubscribe()
    clearInterval(this.#sweep)
    this.#saveAll()
    this.#world = undefined
  }

  #begin(world: World): void {
    this.#world = world
    this.#unsubscribe = world.log.subscribe((event) => this.#onEvent(event))
    this.#sweep = setInterval(() => this.#saveAll(), sweepMs).unref()
  }

  #once<T>(key: string, make: () => T): T {
    const [stored] = this.#storage.entries(key)
    if (stored) return fromJson<T>(stored[1])
    const made = make()
    this.#storage.write(key, toJson(made))
    return made
  }

  #restore(world: World): void {
    const read = <T>(prefix: string): T[] => this.#storage.entries(prefix).map(([, text]) => fromJson<T>(text))
    world.media.restore({ files: read<StoredFile>('media/file/'), links: read<MediaLink>('media/link/') })
    this.#journalMedia(world)
    readWorld(world, this.#storage)
    for (const account of world.accounts()) for (const device of account.devices.values()) this.#restoreDevice(device)
  }

  /** Media files and their links. */
  #journalMedia({ media }: World): void {
    media.journal = {
      file: (hash, file) => this.#storage.write(`media/file/${hash}`, file && toJson(file)),
      link: (id, link) => this.#storage.write(`media/link/${id}`, link && toJson(link)),
    }
  }

  #restoreDevice(device: Device): void {
    const [preKeys] = this.#storage.entries(`pre-keys/${keyOf(device)}`)
    if (preKeys) device.preKeys.add(readPreKeys(preKeys[1]))
    const waiting = this.#storage.entries(`mailbox/${keyOf(device)}/`)
    this.#storage.removeAll(`mailbox/${keyOf(device)}/`)
    this.#journal(device)
    for (const [, entry] of waiting) {
      const { kind, id, node, at } = fromJson<StoredEntry>(entry)
      device.mailbox.append(kind, id, node, at)
    }
  }

  /** A device that is there already, with all that waits for it. */
  #keepAll(device: Device): void {
    this.#journal(device)
    for (const entry of device.mailbox.entries()) device.mailbox.journal?.appended(entry)
    this.#save(`pre-keys/${keyOf(device)}`, writePreKeys(device))
  }

  #journal(device: Device): void {
    const place = (entry: MailboxEntry): string =>
      `mailbox/${keyOf(device)}/${String(entry.sequence).padStart(12, '0')}`
    device.mailbox.journal = {
      appended: (entry) => {
        const { kind, id, node, at } = entry
        this.#storage.write(place(entry), toJson({ kind, id, node, at } satisfies StoredEntry))
      },
      removed: (entry) => this.#storage.write(place(entry), undefined),
    }
  }

  #onEvent({ type, data }: WorldEvent): void {
    if (type === 'account.removed') this.#forget(String(data['lid']))
    else if (type === 'device.removed') this.#forgetDevice(String(data['device']), Number(data['id']))
    else if (type === 'account.created') this.#saveAccount(this.#world?.account(String(data['phone'])))
    else if (type === 'message.routed') this.#saveAccount(this.#world?.account(String(data['from'])))
    else if (typeof data['device'] === 'string') this.#onDeviceEvent(type, data['device'])
    if (!hot.test(type)) this.#saveSoon()
  }

  /** After the current step is done, and before anybody can see its result. */
  #saveSoon(): void {
    if (this.#partsDue) return
    this.#partsDue = true
    queueMicrotask(() => this.#saveParts())
  }

  #onDeviceEvent(type: string, name: string): void {
    const device = this.#world?.device(name)
    if (!device) return
    if (type === 'device.added') this.#journal(device)
    if (type === 'prekeys.uploaded' || type === 'bundle.fetched') {
      this.#save(`pre-keys/${keyOf(device)}`, writePreKeys(device))
    }
    this.#saveDevice(device)
  }

  #saveAll(): void {
    const world = this.#world
    if (!world) return
    const references = new References(world)
    this.#storage.batch(() => {
      for (const account of world.accounts()) {
        this.#saveAccount(account, references)
        for (const device of account.devices.values()) this.#saveDevice(device, references)
      }
      this.#saveParts(references)
    })
  }

  #saveParts(references?: References): void {
    this.#partsDue = false
    if (!this.#world) return
    for (const [name, text] of writeParts(this.#world, references)) this.#save(places.part(name), text)
  }

  #saveDevice(device: Device, references?: References): void {
    if (!this.#world) return
    this.#save(places.device(device.account.lid, device.id), writeDevice(this.#world, device, references))
    if (!references) this.#saveAccount(device.account)
  }

  #saveAccount(account: Account | undefined, references?: References): void {
    if (account && this.#world) this.#save(places.account(account.lid), writeAccount(this.#world, account, references))
  }

  #save(key: string, value: string): void {
    if (this.#written.get(key) === value) return
    this.#storage.write(key, value)
    this.#written.set(key, value)
  }

  #forgetDevice(name: string, id: number): void {
    const account = this.#world?.account(name)
    if (!account) return
    for (const key of [places.device(account.lid, id), `pre-keys/${account.lid}/${id}`]) this.#remove(key)
    this.#storage.removeAll(`mailbox/${account.lid}/${id}/`)
    this.#saveAccount(account)
  }

  #forget(lid: string): void {
    this.#remove(places.account(lid))
    this.#storage.removeAll(`phone/${lid}/`)
  }

  #remove(key: string): void {
    this.#storage.write(key, undefined)
    this.#written.delete(key)
  }
}

/** Well before the 820 days of its certificate. */
const renewTlsAfterMs = 700 * 24 * 60 * 60 * 1000

function keyOf(device: Device): string {
  return `${device.account.lid}/${device.id}`
}
