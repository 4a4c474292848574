import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Addresses } from '../people/addresses.ts'
import type { Numbers } from '../people/numbers.ts'
import type { Usernames } from '../people/usernames.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { within } from '../sessions/within.ts'
import { parseChat } from './parse-chat.ts'
import { sessionIfOpen } from './session-if-open.ts'

/** How long a request waits for the address of a number that nobody has asked for before. A send asks again when its turn comes. */
const lookUpMs = 5_000
/** Of thousands of people, how many are looked up before others have their turn. */
const peopleATurn = 500

interface TargetParts {
  readonly addresses: Addresses
  readonly numbers: Numbers
  readonly usernames: Usernames
  readonly sessions: Sessions
}

/** The chats and people that requests name. To resolve is to look up what is known here; to reach is to ask WhatsApp, for a moment, for what nobody has
 *  asked for before. */
export class ChatTargets {
  readonly #parts: TargetParts

  constructor(parts: TargetParts) {
    this.#parts = parts
  }

  async resolve(deviceId: string, chat: string): Promise<string> {
    const { addresses, numbers, usernames } = this.#parts
    const address = parseChat(chat)
    if (address.startsWith('@')) return usernames.find(deviceId, address)
    return numbers.find(deviceId, await addresses.canonical(deviceId, address))
  }

  async reach(deviceId: string, chat: string, boundMs = lookUpMs): Promise<string> {
    const { numbers, usernames, sessions } = this.#parts
    if (chat.startsWith('@')) return usernames.reach(deviceId, chat)
    const address = await this.resolve(deviceId, chat)
    if (boundMs <= 0 || !sessionIfOpen(sessions, deviceId)) return address
    await within(numbers.ask(deviceId, address), Math.min(boundMs, lookUpMs))
    return numbers.find(deviceId, address)
  }

  async reachAll(deviceId: string, people: readonly string[]): Promise<string[]> {
    const { numbers, sessions } = this.#parts
    const known = await this.#resolveAll(deviceId, await this.#withoutNames(deviceId, people))
    if (!sessionIfOpen(sessions, deviceId)) return known
    // Whoever is not asked for in time is asked for before the message leaves.
    await within(numbers.askAll(deviceId, known), lookUpMs)
    return this.#resolveAll(deviceId, known)
  }

  /** User names as the addresses of those who have them now. */
  #withoutNames(deviceId: string, people: readonly string[]): Promise<string[]> {
    const { usernames } = this.#parts
    return Promise.all(people.map((who) => (who.startsWith('@') ? usernames.reach(deviceId, who) : who)))
  }

  /** As they are known here, each once. */
  async #resolveAll(deviceId: string, people: readonly string[]): Promise<string[]> {
    const { addresses, numbers } = this.#parts
    const found = new Set<string>()
    for (let from = 0; from < people.length; from += peopleATurn) {
      if (from > 0) await nextTurn()
      const some = people.slice(from, from + peopleATurn).map(parseChat)
      const both = await addresses.lookUp(deviceId, some)
      const known = await numbers.findAll(
        deviceId,
        some.map((jid) => both(jid).jid),
      )
      for (const jid of known) found.add(jid)
    }
    return [...found]
  }
}
