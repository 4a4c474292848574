import type { CredentialWrite } from '@switchboard/engine'
import type { DeviceStore } from '../credentials/device-store.ts'
import type { SharedCaches } from '../shared/shared-caches.ts'

const byPhone = 'lid'
const byLid = 'phone'

/** Which phone number and which LID are the same account. Users only, no server and no companion number. */
export class AddressBook {
  readonly #store: DeviceStore
  readonly #cache: SharedCaches['addresses']
  readonly #serial: string

  constructor(store: DeviceStore, caches: SharedCaches, serial: string) {
    this.#store = store
    this.#cache = caches.addresses
    this.#serial = serial
  }

  lidOf(phoneUser: string): Promise<string | undefined> {
    return this.#find(byPhone, phoneUser)
  }

  phoneOf(lidUser: string): Promise<string | undefined> {
    return this.#find(byLid, lidUser)
  }

  /** The writes that record a pair; none when it is known already. */
  async learn(phoneUser: string, lidUser: string): Promise<CredentialWrite[]> {
    if ((await this.lidOf(phoneUser)) === lidUser && (await this.phoneOf(lidUser)) === phoneUser) return []
    this.#cache.set(this.#key(byPhone, phoneUser), { user: lidUser })
    this.#cache.set(this.#key(byLid, lidUser), { user: phoneUser })
    return [
      { kind: byPhone, key: phoneUser, value: Buffer.from(lidUser) },
      { kind: byLid, key: lidUser, value: Buffer.from(phoneUser) },
    ]
  }

  /** Undoes what {@link learn} remembered when its writes were not taken. */
  forget(writes: readonly CredentialWrite[]): void {
    for (const { kind, key } of writes) if (kind === byPhone || kind === byLid) this.#cache.delete(this.#key(kind, key))
  }

  async #find(kind: string, user: string): Promise<string | undefined> {
    const key = this.#key(kind, user)
    const known = this.#cache.get(key)
    if (known) return known.user ?? undefined
    const bytes = await this.#store.load(kind, user)
    const found = bytes ? Buffer.from(bytes).toString() : null
    // Something may have been learned while this was read.
    if (!this.#cache.has(key)) this.#cache.set(key, { user: found })
    return this.#cache.get(key)?.user ?? undefined
  }

  #key(kind: string, user: string): string {
    return `${this.#serial}|${kind}|${user}`
  }
}
