import type { Sessions } from '../sessions/sessions.ts'
import { type Contact, ContactStore } from '../storage/contact-store.ts'
import type { Database } from '../storage/database.ts'
import { PresenceSubscriptionStore } from '../storage/presence-subscription-store.ts'

/** The most people to subscribe to at WhatsApp, the newest subscriptions first. */
const maxSubscriptions = 1000

interface ContactBookParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly clock: { now(): number }
  readonly onError: (deviceId: string, error: unknown) => void
}

/** The names of people, and the presence subscriptions of a device. */
export class ContactBook {
  readonly #parts: ContactBookParts
  readonly #contacts: ContactStore
  readonly #subscriptions: PresenceSubscriptionStore

  constructor(parts: ContactBookParts) {
    this.#parts = parts
    this.#contacts = new ContactStore(parts.database)
    this.#subscriptions = new PresenceSubscriptionStore(parts.database)
  }

  find(deviceId: string, jid: string): Promise<Contact | undefined> {
    return this.#contacts.find(deviceId, jid)
  }

  /** User names of those of these people who have one, by address. */
  usernames(deviceId: string, jids: readonly string[]): Promise<Map<string, string>> {
    return this.#contacts.usernames(deviceId, jids)
  }

  /** Whether the account has somebody saved. */
  isSaved(deviceId: string, jid: string): Promise<boolean> {
    return this.#contacts.isSaved(deviceId, jid)
  }

  list(deviceId: string, page: { after?: string; text?: string; limit: number }): Promise<Contact[]> {
    return this.#contacts.list(deviceId, page)
  }

  /** Addresses of everybody in the phone's address book. */
  saved(deviceId: string): Promise<string[]> {
    return this.#contacts.saved(deviceId)
  }

  /** From now on, also after the connection was lost and the gateway restarted. @throws AppError device_not_connected */
  async subscribe(deviceId: string, jid: string): Promise<void> {
    await this.#parts.sessions.require(deviceId).use('presence').subscribe(jid)
    await this.#subscriptions.add(deviceId, jid, this.#parts.clock.now())
  }

  /** WhatsApp has no word for it: it ends with the connection. */
  unsubscribe(deviceId: string, jid: string): Promise<void> {
    return this.#subscriptions.remove(deviceId, jid)
  }

  /** A session opened: WhatsApp has forgotten what it was asked. */
  opened(deviceId: string): void {
    this.#subscribeAgain(deviceId).catch((error) => this.#parts.onError(deviceId, error))
  }

  async #subscribeAgain(deviceId: string): Promise<void> {
    const people = await this.#subscriptions.list(deviceId, maxSubscriptions)
    if (people.length === 0) return
    const presence = this.#parts.sessions.require(deviceId).use('presence')
    for (const jid of people) await presence.subscribe(jid)
  }
}
