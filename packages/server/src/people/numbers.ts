import { setImmediate as nextTurn } from 'node:timers/promises'
import { isPhoneJid, type Registration } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { Clock } from '../clock.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { deviceMemory } from '../storage/device-memory.ts'
import { findNumbers, forgetNumbersOf, learnNumbers } from '../storage/number-alias-store.ts'
import type { Addresses } from './addresses.ts'

interface NumberParts {
  readonly database: Database
  readonly addresses: Addresses
  readonly sessions: Pick<Sessions, 'registration' | 'registrations' | 'account' | 'fence'>
  readonly clock: Clock
}

const numbersInMemory = 100_000
/** How many are asked for, and what is learnt of them stored, before others have their turn. */
const askedAtOnce = 200

/**
 * Knows the address that WhatsApp has for a number. Some numbers have several forms, and only one of them is the account's address: with or without Brazil's
 * ninth digit, Mexico's 1, Argentina's 9. WhatsApp tells which when it is asked for another (seen: whatsmeow issue 874, Baileys issue 1997), and what is
 * written to the other arrives nowhere. Each device asks once for each number.
 */
export class Numbers {
  readonly #parts: NumberParts
  /** Addresses of numbers; '' where nobody has asked. */
  readonly #known: LRUCache<string, string>
  readonly #asking = new Map<string, Promise<string>>()

  constructor(parts: NumberParts) {
    this.#parts = parts
    this.#known = deviceMemory(parts.database).add(new LRUCache({ ...atMost(numbersInMemory) }))
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

  /** {@link find} for many. */
  async findAll(deviceId: string, jids: readonly string[]): Promise<string[]> {
    await this.#lookUpAll(deviceId, jids.filter(isPhoneJid))
    return jids.map((jid) => this.#known.get(nameOf(deviceId, jid)) || jid)
  }

  /** {@link ask} for many, a part of them at a time. @throws AppError device_not_connected; EngineError */
  async askAll(deviceId: string, jids: readonly string[]): Promise<string[]> {
    const found: string[] = []
    for (let from = 0; from < jids.length; from += askedAtOnce) {
      if (from > 0) await nextTurn()
      const some = jids.slice(from, from + askedAtOnce)
      await this.#askSome(deviceId, some.filter(isPhoneJid))
      found.push(...(await this.findAll(deviceId, some)))
    }
    return found
  }

  /** Whether a number (digits) has an account. What is learnt of its address is kept. @throws AppError device_not_connected; EngineError */
  async registration(deviceId: string, phone: string): Promise<Registration | undefined> {
    const found = await this.#parts.sessions.registration(deviceId, phone)
    const number = `${phone}@s.whatsapp.net`
    if (found?.jid && (await this.#lookUp(deviceId, number)) !== found.jid)
      await this.#learn(deviceId, [{ number, found }])
    return found
  }

  /** An address turned out to be nobody's: numbers that led to it are asked for again. */
  async forget(deviceId: string, jid: string): Promise<void> {
    const { database } = this.#parts
    const [forgotten] = await database.commit([forgetNumbersOf(database, deviceId, jid)], { lane: deviceId })
    if (forgotten?.affected) this.#known.clear()
  }

  async #ask(deviceId: string, jid: string): Promise<string> {
    if ((await this.#isAddress(deviceId, [jid]))(jid)) return jid
    const found = await this.registration(deviceId, digitsOf(jid))
    return found?.jid ?? jid
  }

  async #askSome(deviceId: string, jids: readonly string[]): Promise<void> {
    await this.#lookUpAll(deviceId, jids)
    const unknown = jids.filter((jid) => !this.#known.get(nameOf(deviceId, jid)))
    const isAddress = await this.#isAddress(deviceId, unknown)
    const asked = unknown.filter((jid) => !isAddress(jid))
    if (asked.length === 0) return
    const registrations = await this.#parts.sessions.registrations(deviceId, asked.map(digitsOf))
    const learnt = asked.flatMap((number) => {
      const found = registrations.get(digitsOf(number))
      return found?.jid ? [{ number, found }] : []
    })
    if (learnt.length > 0) await this.#learn(deviceId, learnt)
  }

  /** Numbers that are addresses: WhatsApp has given their LIDs. */
  async #isAddress(deviceId: string, jids: readonly string[]): Promise<(jid: string) => boolean> {
    const { addresses, sessions } = this.#parts
    const both = await addresses.lookUp(deviceId, jids, sessions.account(deviceId))
    const known = new Set(jids.filter((jid) => both(jid).lid !== undefined))
    for (const jid of known) this.#known.set(nameOf(deviceId, jid), jid)
    return (jid) => known.has(jid)
  }

  async #learn(deviceId: string, asked: readonly { number: string; found: Registration }[]): Promise<void> {
    const { database, addresses, sessions, clock } = this.#parts
    const people = asked.map(({ number, found: { jid = number, lid } }) => ({ jid, ...(lid && { lid }) }))
    const filing = await addresses.file(deviceId, { people }, sessions.account(deviceId))
    const learnt = asked.map(({ number }, place) => ({ number, jid: people[place]!.jid }))
    const notes = learnNumbers(database, deviceId, learnt, clock.now())
    await database.commit([...sessions.fence(deviceId), ...filing.statements, ...notes], { lane: deviceId })
    filing.committed()
    for (const { number, jid } of learnt) this.#known.set(nameOf(deviceId, number), jid)
  }

  async #lookUp(deviceId: string, jid: string): Promise<string> {
    const name = nameOf(deviceId, jid)
    if (!this.#known.has(name)) await this.#lookUpAll(deviceId, [jid])
    return this.#known.get(name) ?? ''
  }

  /** Remembers what is stored of those that are not remembered. */
  async #lookUpAll(deviceId: string, jids: readonly string[]): Promise<void> {
    const missing = jids.filter((jid) => !this.#known.has(nameOf(deviceId, jid)))
    if (missing.length === 0) return
    const stored = await findNumbers(this.#parts.database, deviceId, missing)
    const byNumber = new Map(stored.map(({ number, jid }) => [number, jid]))
    for (const jid of missing) {
      const name = nameOf(deviceId, jid)
      // Something may have been learnt while this was read.
      if (!this.#known.has(name)) this.#known.set(name, byNumber.get(jid) ?? '')
    }
  }
}

const digitsOf = (jid: string): string => jid.slice(0, jid.indexOf('@'))

const nameOf = (deviceId: string, jid: string): string => `${deviceId} ${jid}`
