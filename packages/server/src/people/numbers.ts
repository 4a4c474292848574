import { isPhoneJid, type Registration } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { findNumber, forgetNumbersOf, learnNumber } from '../storage/number-alias-store.ts'
import type { Addresses } from './addresses.ts'

interface NumberParts {
  readonly database: Database
  readonly addresses: Addresses
  readonly sessions: Pick<Sessions, 'registration' | 'account' | 'fence'>
  readonly clock: Clock
}

const numbersInMemory = 100_000

/**
 * Knows the address that WhatsApp has for a number. Some numbers have several forms, and only one of them is the account's address: with or without Brazil's
 * ninth digit, Mexico's 1, Argentina's 9. WhatsApp tells which when it is asked for another (seen: whatsmeow issue 874, Baileys issue 1997), and what is
 * written to the other arrives nowhere. Each device asks once for each number.
 */
export class Numbers {
  readonly #parts: NumberParts
  /** Addresses of numbers; '' where nobody has asked. */
  readonly #known = new LRUCache<string, string>({ max: numbersInMemory })
  readonly #asking = new Map<string, Promise<string>>()

  constructor(parts: NumberParts) {
    this.#parts = parts
  }

  /** The address for one that somebody names, as far as it is known here. */
  async find(deviceId: string, jid: string): Promise<string> {
    return (isPhoneJid(jid) && (await this.#lookUp(deviceId, jid))) || jid
  }

  /** The same, after WhatsApp was asked if nobody has before. A number without an account is its own address.
   *  @throws AppError device_not_connected; EngineError */
  async ask(deviceId: string, jid: string): Promise<string> {
    if (!isPhoneJid(jid)) return jid
    const known = await this.#lookUp(deviceId, jid)
    if (known) return known
    const name = nameOf(deviceId, jid)
    const asking = this.#asking.get(name) ?? this.#ask(deviceId, jid).finally(() => this.#asking.delete(name))
    this.#asking.set(name, asking)
    return asking
  }

  /** Whether a number (digits) has an account. What is learnt of its address is kept. @throws AppError device_not_connected; EngineError */
  async registration(deviceId: string, phone: string): Promise<Registration | undefined> {
    const found = await this.#parts.sessions.registration(deviceId, phone)
    const number = `${phone}@s.whatsapp.net`
    if (found?.jid && (await this.#lookUp(deviceId, number)) !== found.jid) await this.#learn(deviceId, number, found)
    return found
  }

  /** An address turned out to be nobody's: numbers that led to it are asked for again. */
  async forget(deviceId: string, jid: string): Promise<void> {
    const { database } = this.#parts
    const [forgotten] = await database.commit([forgetNumbersOf(database, deviceId, jid)], { lane: deviceId })
    if (forgotten?.affected) this.#known.clear()
  }

  async #ask(deviceId: string, jid: string): Promise<string> {
    const { addresses, sessions } = this.#parts
    // A number is an address when WhatsApp has given its LID.
    const { lid } = (await addresses.lookUp(deviceId, [jid], sessions.account(deviceId)))(jid)
    if (lid !== undefined) {
      this.#known.set(nameOf(deviceId, jid), jid)
      return jid
    }
    const found = await this.registration(deviceId, jid.replace(/@.*/, ''))
    return found?.jid ?? jid
  }

  async #learn(deviceId: string, number: string, { jid = number, lid }: Registration): Promise<void> {
    const { database, addresses, sessions, clock } = this.#parts
    const filing = await addresses.file(deviceId, { person: { jid, ...(lid && { lid }) } }, sessions.account(deviceId))
    const learnt = learnNumber(database, deviceId, { number, jid, at: clock.now() })
    await database.commit([...sessions.fence(deviceId), ...filing.statements, ...learnt], { lane: deviceId })
    filing.committed()
    this.#known.set(nameOf(deviceId, number), jid)
  }

  async #lookUp(deviceId: string, jid: string): Promise<string> {
    const name = nameOf(deviceId, jid)
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const stored = (await findNumber(this.#parts.database, deviceId, jid)) ?? ''
    // Something may have been learnt while this was read.
    if (!this.#known.has(name)) this.#known.set(name, stored)
    return this.#known.get(name) ?? stored
  }
}

const nameOf = (deviceId: string, jid: string): string => `${deviceId} ${jid}`
