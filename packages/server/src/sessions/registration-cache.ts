import type { Registration } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { Config } from '../config/config.ts'

/** Remembers for a while which numbers have an account. What WhatsApp did not answer is never remembered. */
export class RegistrationCache {
  readonly #known: LRUCache<string, Registration> | undefined

  constructor(settings: Config['whatsapp']['registrationCache']) {
    this.#known = settings.enabled ? new LRUCache({ ...atMost(settings.max), ttl: settings.ttlMs }) : undefined
  }

  /** The same for many, a batch a question. What WhatsApp leaves unanswered is missing. */
  async findMany(
    phones: readonly string[],
    batch: number,
    ask: (phones: readonly string[]) => Promise<Registration[]>,
  ): Promise<Map<string, Registration>> {
    const found = new Map<string, Registration>()
    const unknown: string[] = []
    for (const phone of new Set(phones)) {
      const known = this.#known?.get(phone)
      if (known) found.set(phone, known)
      else unknown.push(phone)
    }
    for (let at = 0; at < unknown.length; at += batch) {
      for (const registration of await ask(unknown.slice(at, at + batch))) {
        this.#known?.set(registration.phone, registration)
        found.set(registration.phone, registration)
      }
    }
    return found
  }

  async find(phone: string, ask: (phone: string) => Promise<Registration[]>): Promise<Registration | undefined> {
    const known = this.#known?.get(phone)
    if (known) return known
    const [found] = await ask(phone)
    if (found) this.#known?.set(phone, found)
    return found
  }
}
