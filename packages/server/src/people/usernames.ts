import { EngineError } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import { sessionIfOpen } from '../messages/session-if-open.ts'
import { type Handle, readHandle } from '../schemas/read-address.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { ContactStore } from '../storage/contact-store.ts'
import type { Database } from '../storage/database.ts'
import { deviceMemory } from '../storage/device-memory.ts'
import type { Addresses } from './addresses.ts'

interface UsernameParts {
  readonly database: Database
  readonly addresses: Addresses
  readonly sessions: Sessions
  readonly clock: Clock
}

export interface FoundUsername {
  /** Number when it is known, else LID. */
  readonly jid: string
  readonly username: string
  readonly isBusiness: boolean
}

/** A name may go to somebody else: what WhatsApp said is believed for so long. */
const believedMs = 60_000

/** Knows whom a user name leads to. WhatsApp is asked whenever something is to reach somebody, as names change hands. */
export class Usernames {
  readonly #parts: UsernameParts
  readonly #contacts: ContactStore
  readonly #asked: LRUCache<string, Promise<FoundUsername>>

  constructor(parts: UsernameParts) {
    this.#parts = parts
    this.#asked = deviceMemory(parts.database).add(new LRUCache({ ...atMost(10_000), ttl: believedMs }))
    this.#contacts = new ContactStore(parts.database)
  }

  /** The address of whoever had the name when it was last seen; undefined when nobody here is known by it. */
  async known(deviceId: string, text: string): Promise<string | undefined> {
    return this.#contacts.withUsername(deviceId, handleIn(text).name)
  }

  /** The same for who must be known. @param text as {@link readHandle} takes it. @throws AppError invalid_jid when nobody here is known by it */
  async find(deviceId: string, text: string): Promise<string> {
    const jid = await this.known(deviceId, text)
    if (jid === undefined) throw new AppError('invalid_jid', 'Nobody is known here by this user name')
    return jid
  }

  /** The address of whoever has the name. Without a connection, of whoever had it when it was last seen.
   *  @throws AppError invalid_jid when it leads to nobody, or its key is missing; device_not_connected */
  async reach(deviceId: string, text: string): Promise<string> {
    if (!sessionIfOpen(this.#parts.sessions, deviceId)) return this.find(deviceId, text)
    try {
      return (await this.ask(deviceId, handleIn(text))).jid
    } catch (error) {
      if (error instanceof EngineError)
        throw new AppError('device_not_connected', 'WhatsApp gave no answer for the user name')
      if (!(error instanceof AppError)) throw error
      throw new AppError('invalid_jid', error.message)
    }
  }

  /** Asks WhatsApp. @throws AppError username_not_found, username_key_needed, device_not_connected; EngineError */
  ask(deviceId: string, handle: Handle): Promise<FoundUsername> {
    const name = `${deviceId} ${handle.name.toLowerCase()} ${handle.key ?? ''}`
    const known = this.#asked.get(name)
    if (known) return known
    const asking = this.#ask(deviceId, handle)
    this.#asked.set(name, asking)
    asking.catch(() => this.#asked.delete(name))
    return asking
  }

  async #ask(deviceId: string, { name, key }: Handle): Promise<FoundUsername> {
    const { database, addresses, sessions, clock } = this.#parts
    const answer = await sessions.require(deviceId).use('contacts').findUsername(name, key)
    if (answer.state !== 'found') {
      throw new AppError(answer.state === 'key_needed' ? 'username_key_needed' : 'username_not_found')
    }
    const { username, isBusiness } = answer
    const filing = await addresses.file(deviceId, { who: answer.who }, sessions.account(deviceId))
    const { who } = filing.item
    const named = this.#contacts.rename(deviceId, who.jid, username, clock.now())
    await database.commit([...sessions.fence(deviceId), ...filing.statements, ...named], { lane: deviceId })
    filing.committed()
    return { jid: who.jid, username, isBusiness }
  }
}

function handleIn(text: string): Handle {
  const handle = readHandle(text)
  if (!handle) throw new AppError('invalid_jid')
  return handle
}
