import { type Address, bareJid, isLidJid, isPhoneJid } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import type { Database, Statement } from '../storage/database.ts'
import { findPhoneOfLid, learnLid } from '../storage/lid-mapping-store.ts'

const mappingsInMemory = 50_000

/** Addresses of one happening, in the form under which they are stored. */
export interface Filing {
  /** Phone-number form when known, else as it came. */
  jid(address: Address): Promise<string>
  /** What was learnt on the way, for the same unit. */
  readonly statements: Statement[]
  /** Call it when the unit is durable. */
  committed(): void
}

/** Knows which LID is which phone number, per device, so that one person's chat is one chat. */
export class AddressBook {
  readonly #database: Database
  readonly #phones = new LRUCache<string, string>({ max: mappingsInMemory })

  constructor(database: Database) {
    this.#database = database
  }

  /** The phone-number form of an address when it is known. */
  async canonical(deviceId: string, jid: string): Promise<string> {
    const bare = bareJid(jid)
    if (!isLidJid(bare)) return bare
    return (await this.#phoneOf(deviceId, bare)) ?? bare
  }

  file(deviceId: string): Filing {
    const learnt = new Map<string, string>()
    const statements: Statement[] = []
    const jid = async (address: Address): Promise<string> => {
      const bare = bareJid(address.jid)
      const lid = address.lid === undefined ? undefined : bareJid(address.lid)
      if (!isPhoneJid(bare) || lid === undefined) return this.canonical(deviceId, bare)
      if (!learnt.has(lid) && (await this.#phoneOf(deviceId, lid)) !== bare) {
        learnt.set(lid, bare)
        statements.push(...learnLid(this.#database, deviceId, lid, bare))
      }
      return bare
    }
    const committed = () => {
      for (const [lid, phone] of learnt) this.#phones.set(`${deviceId} ${lid}`, phone)
    }
    return { jid, statements, committed }
  }

  async #phoneOf(deviceId: string, lid: string): Promise<string | undefined> {
    const name = `${deviceId} ${lid}`
    const known = this.#phones.get(name)
    if (known !== undefined) return known
    const stored = await findPhoneOfLid(this.#database, deviceId, lid)
    if (stored !== undefined) this.#phones.set(name, stored)
    return stored
  }
}
