import type { LocalIdentity } from '@switchboard/signal'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import type { DeviceStore } from '../credentials/device-store.ts'
import { KeyedLocks } from '../shared/keyed-locks.ts'
import type { SharedCaches } from '../shared/shared-caches.ts'
import { AddressBook } from './address-book.ts'
import { RatchetSteps } from './ratchet-steps.ts'
import { canonicalAddress, type SignalAddress } from './signal-address.ts'

/** The Signal side of one device: its ratchets, one lock for each peer device, and the addresses it knows. */
export class DeviceRatchets {
  readonly book: AddressBook
  readonly local: LocalIdentity
  readonly #locks = new KeyedLocks()
  readonly #parts: { store: DeviceStore; caches: SharedCaches; serial: string; book: AddressBook }

  constructor(creds: DeviceCreds, store: DeviceStore, caches: SharedCaches, serial: string) {
    this.book = new AddressBook(store, caches, serial)
    this.#parts = { store, caches, serial, book: this.book }
    const { public: publicKey, private: privateKey } = creds.signedIdentityKey
    this.local = { identity: { publicKey, privateKey }, registrationId: creds.registrationId }
  }

  address(jid: string): Promise<SignalAddress> {
    return canonicalAddress(jid, this.book)
  }

  /** Runs `work` with the only access to these ratchets. Keep the locks until the steps are durable. Other ratchets may be looked at only. */
  locked<T>(names: readonly string[], work: (steps: RatchetSteps) => Promise<T>): Promise<T> {
    return this.#locks.run(names, () => work(new RatchetSteps(this.#parts, new Set(names))))
  }

  /** Removes the ratchets of devices, durably. The next message begins new ones. */
  async deleteSessions(jids: readonly string[], store: DeviceStore): Promise<void> {
    const addresses = await Promise.all(jids.map((jid) => this.address(jid)))
    await this.locked(addresses, async (steps) => {
      for (const address of addresses) steps.deleteSession(address)
      await steps.commit((writes) => store.save(writes))
    })
  }
}

/** The name of a sender's key in a group, also its lock. */
export const senderKeyName = (group: string, sender: SignalAddress): string => `${group}|${sender}`
