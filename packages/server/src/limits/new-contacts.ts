import { type Address, bareJid, isPersonJid } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import { type Addresses, formsOf } from '../people/addresses.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database, Statement } from '../storage/database.ts'
import { deviceMemory } from '../storage/device-memory.ts'
import { NewContactStore } from '../storage/new-contact-store.ts'

const peopleInMemory = 50_000

interface NewContactsParts {
  readonly database: Database
  readonly addresses: Addresses
  readonly sessions: Pick<Sessions, 'account'>
}

/** Knows to whom a device writes first. Somebody is known who has written to it, whom the account has saved, or who got a message of it before. */
export class NewContacts {
  readonly #parts: NewContactsParts
  readonly #store: NewContactStore
  /** Chats of people who are known. Nobody becomes unknown again, but for a message that was refused. */
  readonly #known: LRUCache<string, true>

  constructor(parts: NewContactsParts) {
    this.#parts = parts
    this.#store = new NewContactStore(parts.database)
    this.#known = deviceMemory(parts.database).add(new LRUCache({ ...atMost(peopleInMemory) }))
  }

  /** Whether a message to a chat is one to somebody new. */
  async isNew(deviceId: string, chat: string): Promise<boolean> {
    if (!isPersonJid(chat) || this.#known.has(`${deviceId} ${chat}`)) return false
    const { addresses, sessions } = this.#parts
    const account = sessions.account(deviceId)
    const person = (await addresses.lookUp(deviceId, [chat], account))(chat)
    const known = isOwn(account, person) || (await this.#store.isKnown(deviceId, formsOf(person)))
    if (known) this.heard(deviceId, chat)
    return !known
  }

  /** Those of several people who are new. */
  async among(deviceId: string, people: readonly Address[]): Promise<Address[]> {
    const found = await Promise.all(people.map(async (who) => ((await this.isNew(deviceId, who.jid)) ? [who] : [])))
    return found.flat()
  }

  /** Notes that somebody is written to first. To be remembered by {@link heard} once that is durable. */
  add(deviceId: string, jid: string, at: number): Statement {
    return this.#store.add(deviceId, jid, at)
  }

  /** Nothing came to them: they are as new as before. */
  async missed(deviceId: string, chat: string): Promise<void> {
    if (!isPersonJid(chat)) return
    this.#known.delete(`${deviceId} ${chat}`)
    await this.#parts.database.commit([this.#store.remove(deviceId, chat)], { lane: deviceId })
  }

  /** Somebody is known from here on. */
  heard(deviceId: string, chat: string): void {
    this.#known.set(`${deviceId} ${chat}`, true)
  }
}

const isOwn = (account: { jid: string; lid?: string } | undefined, { jid, lid }: Address): boolean =>
  account !== undefined &&
  [account.jid, account.lid].some((own) => own !== undefined && [jid, lid].includes(bareJid(own)))
