import type { Registration } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import type { Config } from '../config/config.ts'

/** Remembers for a while which numbers have an account. What WhatsApp did not answer is never remembered. */
export class RegistrationCache {
  readonly #known: LRUCache<string, Registration> | undefined

  constructor(settings: Config['whatsapp']['registrationCache']) {
    this.#known = settings.enabled ? new LRUCache({ max: settings.max, ttl: settings.ttlMs }) : undefined
  }

  async find(phone: string, ask: (phone: string) => Promise<Registration[]>): Promise<Registration | undefined> {
    const known = this.#known?.get(phone)
    if (known) return known
    const [found] = await ask(phone)
    if (found) this.#known?.set(phone, found)
    return found
  }
}
