import { generateKeyPair } from '@switchboard/signal'
import { fromJson, toJson } from '../phone/json-bytes.ts'
import type { Account, Device } from '../world/account.ts'
import type { MailboxEntry } from '../world/mailbox.ts'
import type { MediaLink, StoredFile } from '../world/media/media-store.ts'
import type { World } from '../world/world.ts'
import type { WorldEvent } from '../world/world-log.ts'
import { readGroup, writeGroup } from './group-records.ts'
import type { SqliteStorage } from './sqlite-storage.ts'
import { readAccount, readDevice, writeAccount, writeDevice, writePreKeys } from './world-records.ts'

type StoredEntry = Pick<MailboxEntry, 'kind' | 'id' | 'node' | 'at'>

/** How often what no event tells of (privacy settings, block lists) is looked at. */
const sweepMs = 1000

/** Keeps a world's server side on disk. Mailboxes and key material are written before what they allow happens; the rest follows at once. */
export class WorldKeeper {
  readonly #storage: SqliteStorage
  /** What was written last, so that unchanged records are not written again. */
  readonly #written = new Map<string, string>()
  #world: World | undefined
  #sweep: NodeJS.Timeout | undefined
  #unsubscribe: () => void = () => {}

  constructor(storage: SqliteStorage) {
    this.#storage = storage
  }

  /** The world's own keys: those of its earlier life, if it had one. */
  keys(): World['keys'] {
    const [stored] = this.#storage.entries('world/keys')
    if (stored) return fromJson<World['keys']>(stored[1])
    const keys = { noiseRoot: generateKeyPair(), serverStatic: generateKeyPair() }
    this.#storage.write('world/keys', toJson(keys))
    return keys
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
    this.#world = world
    this.#storage.batch(() => this.#restore(world))
    this.#unsubscribe = world.log.subscribe((event) => this.#onEvent(event))
    this.#sweep = setInterval(() => this.#saveAll(), sweepMs).unref()
  }

  detach(): void {
    this.#unsubscribe()
    clearInterval(this.#sweep)
    this.#saveAll()
  }

  /** Media files and their links. */
  #restoreMedia({ media }: World): void {
    const read = <T>(prefix: string): T[] => this.#storage.entries(prefix).map(([, text]) => fromJson<T>(text))
    media.restore({ files: read<StoredFile>('media/file/'), links: read<MediaLink>('media/link/') })
    media.journal = {
      file: (hash, file) => this.#storage.write(`media/file/${hash}`, file && toJson(file)),
      link: (id, link) => this.#storage.write(`media/link/${id}`, link && toJson(link)),
    }
  }

  #restore(world: World): void {
    this.#restoreMedia(world)
    const peers = new Map<Account, string[]>()
    for (const [, text] of this.#storage.entries('account/')) {
      const read = readAccount(world, text)
      peers.set(read.account, read.peers)
      this.#restoreDevices(world, read.account)
    }
    this.#restoreGroups(world)
    for (const [account, lids] of peers) {
      for (const peer of lids.map((lid) => world.account(`${lid}@lid`))) if (peer) account.peers.add(peer)
    }
  }

  #restoreGroups(world: World): void {
    for (const [, text] of this.#storage.entries('group/')) world.groups.add(readGroup(text))
    for (const [code, id] of this.#storage.entries('group-code/')) world.groups.restoreCode(code, id)
    for (const [name] of this.#storage.entries('dirty-groups/')) world.groups.dirty.add(name)
  }

  #restoreDevices(world: World, account: Account): void {
    for (const [, text] of this.#storage.entries(`device/${account.lid}/`)) {
      const device = readDevice(world, account, text)
      const [preKeys] = this.#storage.entries(`pre-keys/${keyOf(device)}`)
      if (preKeys) device.preKeys.add(fromJson(preKeys[1]))
      const waiting = this.#storage.entries(`mailbox/${keyOf(device)}/`)
      this.#storage.removeAll(`mailbox/${keyOf(device)}/`)
      this.#journal(device)
      for (const [, entry] of waiting) {
        const { kind, id, node, at } = fromJson<StoredEntry>(entry)
        device.mailbox.append(kind, id, node, at)
      }
    }
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
    else if (typeof data['group'] === 'string' && type.startsWith('group.')) this.#saveGroup(data['group'])
    else if (typeof data['device'] === 'string') this.#onDeviceEvent(type, data['device'])
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
    this.#storage.batch(() => {
      for (const account of this.#world?.accounts() ?? []) {
        this.#saveAccount(account)
        for (const device of account.devices.values()) this.#saveDevice(device)
      }
      for (const group of this.#world?.groups.list() ?? []) this.#saveGroup(group.id)
      this.#saveDirty()
    })
  }

  #saveGroup(id: string): void {
    const groups = this.#world?.groups
    const group = groups?.get(id)
    if (group) {
      this.#save(`group/${id}`, writeGroup(group))
      this.#save(`group-code/${group.inviteCode}`, id)
    } else {
      this.#storage.write(`group/${id}`, undefined)
      this.#written.delete(`group/${id}`)
    }
  }

  /** Devices that have yet to hear that their groups changed. */
  #saveDirty(): void {
    const dirty = this.#world?.groups.dirty ?? new Set<string>()
    for (const name of dirty) this.#save(`dirty-groups/${name}`, '1')
    for (const [name] of this.#storage.entries('dirty-groups/')) {
      if (dirty.has(name)) continue
      this.#storage.write(`dirty-groups/${name}`, undefined)
      this.#written.delete(`dirty-groups/${name}`)
    }
  }

  #saveDevice(device: Device): void {
    this.#save(`device/${keyOf(device)}`, writeDevice(device))
    this.#saveAccount(device.account)
  }

  #saveAccount(account: Account | undefined): void {
    if (account) this.#save(`account/${account.lid}`, writeAccount(account))
  }

  #save(key: string, value: string): void {
    if (this.#written.get(key) === value) return
    this.#storage.write(key, value)
    this.#written.set(key, value)
  }

  #forgetDevice(name: string, id: number): void {
    const account = this.#world?.account(name)
    if (!account) return
    for (const prefix of [`device/${account.lid}/${id}`, `pre-keys/${account.lid}/${id}`]) {
      this.#storage.write(prefix, undefined)
      this.#written.delete(prefix)
    }
    this.#storage.removeAll(`mailbox/${account.lid}/${id}/`)
    this.#saveAccount(account)
  }

  #forget(lid: string): void {
    this.#storage.write(`account/${lid}`, undefined)
    this.#written.delete(`account/${lid}`)
    this.#storage.removeAll(`phone/${lid}/`)
  }
}

function keyOf(device: Device): string {
  return `${device.account.lid}/${device.id}`
}
