import { type Account, type Address, bareJid, isLidJid, isPersonJid, isPhoneJid } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { DeviceContext } from '../events/event-source.ts'
import type { Database, Statement } from '../storage/database.ts'
import { deviceMemory } from '../storage/device-memory.ts'
import { findLidMappings, learnLids } from '../storage/lid-mapping-store.ts'

const addressesInMemory = 100_000

/** What comes in, in the form under which it is stored. */
export interface Filing<Item> {
  readonly item: Item
  readonly device: DeviceContext
  /** What was learnt on the way, for the same unit. */
  readonly statements: readonly Statement[]
  /** Call it when the unit is durable. */
  committed(): void
}

/** Both addresses of a person: the number first, then the LID. */
export type BothAddresses = (jid: string) => Address

/** Knows which LID is which phone number, per device, so that one person is one person in whatever leaves, and one chat one chat. */
export class Addresses {
  readonly #database: Database
  /** The other address of a person; '' where none is known. */
  readonly #others: LRUCache<string, string>

  constructor(database: Database) {
    this.#database = database
    this.#others = deviceMemory(database).add(new LRUCache({ ...atMost(addressesInMemory) }))
  }

  /** The phone-number form of an address when it is known, without a companion number. */
  async canonical(deviceId: string, jid: string): Promise<string> {
    return (await this.lookUp(deviceId, [jid]))(jid).jid
  }

  /** Looks up the people among these addresses at once. @param account the own one: it knows its addresses without a look-up */
  async lookUp(deviceId: string, jids: Iterable<string>, account?: Account): Promise<BothAddresses> {
    const others = new Map<string, string>()
    if (account?.lid) {
      const [own, lid] = [bareJid(account.jid), bareJid(account.lid)]
      others.set(own, lid).set(lid, own)
    }
    const missing: string[] = []
    for (const named of jids) {
      const jid = bareJid(named)
      if (others.has(jid) || !isPersonJid(jid)) continue
      const known = this.#others.get(`${deviceId} ${jid}`)
      if (known === undefined) missing.push(jid)
      others.set(jid, known ?? '')
    }
    if (missing.length === 0) return (jid) => pairOf(bareJid(jid), others)
    for (const { lid, jid } of await findLidMappings(this.#database, deviceId, missing)) {
      others.set(lid, jid).set(jid, lid)
    }
    for (const jid of missing) this.#others.set(`${deviceId} ${jid}`, others.get(jid) ?? '')
    return (jid) => pairOf(bareJid(jid), others)
  }

  /** Files what comes in: every {@link Address} in it becomes the pair that is known, and what it teaches is stored along with it. */
  async file<Item>(deviceId: string, item: Item, account?: Account): Promise<Filing<Item>> {
    const named: string[] = []
    const taught = new Map<string, string>()
    collect(item, named, taught)
    const known = await this.lookUp(deviceId, named, account)
    const learnt = [...taught].filter(([lid, jid]) => known(lid).jid !== jid || known(jid).lid !== lid)
    const others = new Map(learnt.flatMap(([lid, jid]) => [[lid, jid] as const, [jid, lid] as const]))
    const address: BothAddresses = (jid) => (others.has(bareJid(jid)) ? pairOf(bareJid(jid), others) : known(jid))
    return {
      item: refile(item, address) as Item,
      device: { account, address },
      statements: learnLids(
        this.#database,
        deviceId,
        learnt.map(([lid, jid]) => ({ lid, jid })),
      ),
      committed: () => {
        for (const [jid, other] of others) this.#remember(deviceId, jid, other)
      },
    }
  }

  #remember(deviceId: string, jid: string, other: string): void {
    const former = this.#others.get(`${deviceId} ${jid}`)
    // The former owner of this address has it no longer.
    if (former && former !== other) this.#others.delete(`${deviceId} ${former}`)
    this.#others.set(`${deviceId} ${jid}`, other)
  }
}

/** Under which addresses something of this person or chat may be stored. */
export const formsOf = ({ jid, lid }: Address): string[] => (lid === undefined ? [jid] : [jid, lid])

const pairOf = (jid: string, others: ReadonlyMap<string, string>): Address => {
  const other = others.get(jid)
  if (isLidJid(jid)) return { jid: other || jid, lid: jid }
  return { jid, ...(other && { lid: other }) }
}

function isAddress(value: object): value is Address {
  if (!('jid' in value) || typeof value.jid !== 'string') return false
  for (const name in value) if (name !== 'jid' && name !== 'lid') return false
  return true
}

/** Every address that a value names, and the pairs that it teaches: LID → phone number. */
function collect(value: unknown, named: string[], taught: Map<string, string>): void {
  if (typeof value === 'string') {
    if (value.endsWith('@lid') || value.endsWith('@s.whatsapp.net')) named.push(value)
  } else if (Array.isArray(value)) {
    for (const each of value) collect(each, named, taught)
  } else if (isRecord(value)) {
    if (isAddress(value) && value.lid !== undefined && isPhoneJid(value.jid)) {
      taught.set(bareJid(value.lid), bareJid(value.jid))
    }
    for (const each of Object.values(value)) collect(each, named, taught)
  }
}

/** What names nobody else stays the same object. */
function refile(value: unknown, address: BothAddresses): unknown {
  if (!isRecord(value)) return value
  if (isAddress(value)) {
    const both = address(value.jid)
    return both.jid === value.jid && both.lid === value.lid ? value : both
  }
  let filed: Record<string, unknown> | unknown[] | undefined
  for (const [name, each] of Object.entries(value)) {
    const changed = refile(each, address)
    if (changed === each) continue
    filed ??= Array.isArray(value) ? [...value] : { ...value }
    ;(filed as Record<string, unknown>)[name] = changed
  }
  return filed ?? value
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)

/** Whether an address, in either form, is the device's own. */
export function isOwnAddress({ account }: DeviceContext, jid: string): boolean {
  if (!account) return false
  return bareJid(account.jid) === jid || (account.lid !== undefined && bareJid(account.lid) === jid)
}
