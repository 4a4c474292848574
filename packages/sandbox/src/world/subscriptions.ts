import type { Account, Device } from './account.ts'
import type { Addressing } from './address.ts'

/** Who subscribes to the presence of which person, and by which kind of address. A subscription lasts until the subscriber's stream ends. */
export class Subscriptions {
  readonly #byAccount = new Map<Account, Map<Device, Addressing>>()

  subscribe(subscriber: Device, to: Account, addressing: Addressing): void {
    const subscribers = this.#byAccount.get(to) ?? new Map<Device, Addressing>()
    subscribers.set(subscriber, addressing)
    this.#byAccount.set(to, subscribers)
  }

  unsubscribe(subscriber: Device, from: Account): void {
    this.#byAccount.get(from)?.delete(subscriber)
  }

  subscribers(account: Account): Iterable<[Device, Addressing]> {
    return this.#byAccount.get(account) ?? []
  }

  forget(subscriber: Device): void {
    for (const [account, subscribers] of this.#byAccount) {
      if (subscribers.delete(subscriber) && subscribers.size === 0) this.#byAccount.delete(account)
    }
  }
}
