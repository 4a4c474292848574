import type { Address, CredentialWrite } from '@switchboard/engine'
import type { DeviceStore } from '../credentials/device-store.ts'
import type { SharedCaches } from '../shared/shared-caches.ts'

const byPhone = 'lid'
const byLid = 'phone'

/** The pairs that writes record. */
export const pairsIn = (writes: readonly CredentialWrite[]): Address[] =>
  writes.flatMap(({ kind, key, value }) =>
    kind === byPhone && value ? [{ jid: `${key}@s.whatsapp.net`, lid: `${Buffer.from(value).toString()}@lid` }] : [],
  )

/** The writes of pairs into a store without any. */
export const addressBookWrites = (
  pairs: readonly { readonly phone: string; readonly lid: string }[],
): CredentialWrite[] =>
  pairs.flatMap(({ phone, lid }) => [
    { kind: byPhone, key: phone, value: Buffer.from(lid) },
    { kind: byLid, key: lid, value: Buffer.from(phone) },
  ])

/** Which phone number and which LID are the same account. Users only, no server and no companion number. */
export class AddressBook {
  readonly #store: DeviceStore
  readonly #cache: SharedCaches['addresses']
  readonly #devices: SharedCaches['devices']
  readonly #serial: string
  /** Rises with each change of what is known. */
  changes = 0

  constructor(store: DeviceStore, caches: SharedCaches, serial: string) {
    this.#store = store
    this.#cache = caches.addresses
    this.#devices = caches.devices
    this.#serial = serial
  }

  lidOf(phoneUser: string): Promise<string | undefined> {
    return this.#find(byPhone, phoneUser)
  }

  phoneOf(lidUser: string): Promise<string | undefined> {
    return this.#find(byLid, lidUser)
  }

  /** {@link phoneOf} for many. */
  async phonesOf(lidUsers: readonly string[]): Promise<(string | undefined)[]> {
    await this.#read(byLid, lidUsers)
    return Promise.all(lidUsers.map((user) => this.phoneOf(user)))
  }

  /** The writes that record a pair; none when it is known already. An account that took another number leaves its old one, which may be
   *  somebody else's by now, and a number that changed hands leaves its former account. */
  async learn(phoneUser: string, lidUser: string): Promise<CredentialWrite[]> {
    const [formerLid, formerPhone] = [await this.lidOf(phoneUser), await this.phoneOf(lidUser)]
    if (formerLid === lidUser && formerPhone === phoneUser) return []
    this.changes++
    const left: CredentialWrite[] = []
    if (formerPhone !== undefined && formerPhone !== phoneUser && (await this.lidOf(formerPhone)) === lidUser) {
      left.push({ kind: byPhone, key: formerPhone, value: undefined })
      this.#forgetDevices(formerPhone)
    }
    if (formerLid !== undefined && formerLid !== lidUser && (await this.phoneOf(formerLid)) === phoneUser) {
      left.push({ kind: byLid, key: formerLid, value: undefined })
      this.#forgetDevices(phoneUser)
    }
    const pair: CredentialWrite[] = [
      { kind: byPhone, key: phoneUser, value: Buffer.from(lidUser) },
      { kind: byLid, key: lidUser, value: Buffer.from(phoneUser) },
    ]
    for (const { kind, key, value } of [...left, ...pair]) {
      this.#cache.set(this.#key(kind, key), { user: value ? Buffer.from(value).toString() : null })
    }
    return [...left, ...pair]
  }

  #forgetDevices(phoneUser: string): void {
    this.#devices.delete(`${this.#serial}|${phoneUser}@s.whatsapp.net`)
  }

  /** The same for many, read together. */
  async learnAll(pairs: readonly { readonly phone: string; readonly lid: string }[]): Promise<CredentialWrite[]> {
    await this.#read(byPhone, [...new Set(pairs.map(({ phone }) => phone))])
    await this.#read(byLid, [...new Set(pairs.map(({ lid }) => lid))])
    const writes: CredentialWrite[] = []
    for (const { phone, lid } of pairs) writes.push(...(await this.learn(phone, lid)))
    return writes
  }

  /** Undoes what {@link learn} remembered when its writes were not taken. */
  forget(writes: readonly CredentialWrite[]): void {
    this.changes++
    for (const { kind, key } of writes) if (kind === byPhone || kind === byLid) this.#cache.delete(this.#key(kind, key))
  }

  async #find(kind: string, user: string): Promise<string | undefined> {
    const known = this.#cache.get(this.#key(kind, user))
    if (known) return known.user ?? undefined
    return (await this.#read(kind, [user])).get(user) ?? undefined
  }

  /** Looks up those that are not remembered. Answers them; null where there is none. */
  async #read(kind: string, users: readonly string[]): Promise<Map<string, string | null>> {
    const missing = users.filter((user) => !this.#cache.has(this.#key(kind, user)))
    const found = missing.length > 0 ? await this.#store.loadMany(kind, missing) : new Map<string, Uint8Array>()
    const read = new Map<string, string | null>()
    for (const user of missing) {
      const key = this.#key(kind, user)
      const bytes = found.get(user)
      // Something may have been learned while this was read.
      const known = this.#cache.get(key) ?? { user: bytes ? Buffer.from(bytes).toString() : null }
      this.#cache.set(key, known)
      read.set(user, known.user)
    }
    return read
  }

  #key(kind: string, user: string): string {
    return `${this.#serial}|${kind}|${user}`
  }
}
