import { fromJson, toJson } from '../phone/json-bytes.ts'
import type { PersonaName, PersonaScript } from '../phone/persona.ts'
import { Phone } from '../phone/phone.ts'
import { generatePhoneKeys, type PhoneKeys } from '../phone/phone-keys.ts'
import type { PhoneStorage } from '../phone/phone-storage.ts'
import { tellNumberInGroups } from '../server/notifications/groups.ts'
import { announceIdentity } from '../server/notifications/identity.ts'
import { announceNumber } from '../server/notifications/people.ts'
import type { Account } from '../world/account.ts'
import type { Addressing } from '../world/address.ts'
import type { World } from '../world/world.ts'
import { PersonaShelf } from './persona-shelf.ts'
import type { PhoneShelves } from './phone-shelves.ts'
import { renewDevice } from './renew-device.ts'
import type { NewPhone } from './sandbox-options.ts'
import type { PhoneSnapshot } from './snapshot.ts'

/** The phones of a world, each with a shelf for what it must not forget. */
export class PhoneBook {
  readonly #shelves: PhoneShelves
  readonly #personas = new PersonaShelf()
  /** By number. */
  readonly #phones = new Map<string, Phone>()

  constructor(shelves: PhoneShelves) {
    this.#shelves = shelves
  }

  list(): Phone[] {
    return [...this.#phones.values()]
  }

  of(account: Account): Phone | undefined {
    return this.#phones.get(account.phone)
  }

  /** A new person with a phone that is switched on. */
  create(
    world: World,
    { name = 'Somebody', phone: number, aliases, persona: wish, addressing, passkey }: NewPhone,
  ): Phone {
    const account = world.createAccount({ name, ...(number ? { phone: number } : {}), ...(aliases ? { aliases } : {}) })
    const storage = this.#shelves.of(account.lid)
    const keys = generatePhoneKeys()
    storage.write('keys', toJson(keys))
    if (addressing) storage.write('addressing', addressing)
    const persona = this.#personas.give(account.lid, storage, wish)
    const phone = Phone.create(world, account, { keys, storage, persona, ...(addressing ? { addressing } : {}) })
    if (passkey) phone.passkey.make()
    this.#phones.set(phone.id, phone)
    return phone
  }

  /** Makes a phone of what an earlier life left on its shelf. */
  reopen(world: World, account: Account, on = true): void {
    const storage = this.#shelves.of(account.lid)
    const keys = stored(storage, 'keys')
    const device = account.devices.get(0)
    if (!keys || !device) return
    const phone = new Phone(world, device, {
      ...{ keys: fromJson<PhoneKeys>(keys), storage, persona: this.#personas.of(account.lid, storage) },
      ...addressingOf(storage),
    })
    this.#phones.set(phone.id, phone)
    if (on) phone.connect()
  }

  /** New keys, an empty phone, every linked device logged out, peers told. How the person behaves is not a matter of the phone. */
  async reinstall(world: World, phone: Phone): Promise<Phone> {
    const { account, device } = phone
    await phone.disconnect()
    for (const companion of phone.devices()) world.removeDevice(companion, 'phone reinstalled')
    const old = this.#shelves.of(account.lid)
    const habits = ['persona', 'addressing'].map((key) => [key, stored(old, key)] as const)
    this.#shelves.forget(account.lid)
    const storage = this.#shelves.of(account.lid)
    const keys = generatePhoneKeys()
    storage.write('keys', toJson(keys))
    for (const [key, text] of habits) storage.write(key, text)
    renewDevice(device, keys)
    const persona = this.#shelves.keeps ? this.#personas.of(account.lid, storage) : phone.persona
    const fresh = new Phone(world, device, { keys, storage, persona, ...addressingOf(storage) })
    this.#phones.set(fresh.id, fresh)
    fresh.connect()
    announceIdentity(world, device)
    return fresh
  }

  /** Another number for the same phone, chats and LID. Linked devices are logged out; peers get a notification. */
  changeNumber(world: World, phone: Phone, number: string): void {
    const { account } = phone
    const old = account.phone
    world.changePhone(account, number)
    this.#phones.delete(old)
    this.#phones.set(number, phone)
    for (const companion of phone.devices()) world.removeDevice(companion, 'number changed')
    announceNumber(world, account, old)
    tellNumberInGroups(world, account, old)
  }

  /** From now on the person behaves like that. */
  setPersona(phone: Phone, wish: PersonaName | PersonaScript): void {
    const { lid } = phone.account
    phone.persona = this.#personas.give(lid, this.#shelves.of(lid), wish)
  }

  /** What all phones hold, by LID. */
  snapshot(): Record<string, PhoneSnapshot> {
    const phones = this.list().map((phone) => {
      const texts = [...this.#shelves.of(phone.account.lid).entries('')]
      return [phone.account.lid, { on: phone.connected, texts }] as const
    })
    return Object.fromEntries(phones)
  }

  /** Puts on the shelves what a snapshot holds, and nothing else. */
  fillShelves(phones: Readonly<Record<string, PhoneSnapshot>>): void {
    this.#shelves.clear()
    for (const [lid, { texts }] of Object.entries(phones)) {
      const shelf = this.#shelves.of(lid)
      shelf.batch(() => {
        for (const [key, text] of texts) shelf.write(key, text)
      })
    }
  }

  forget(account: Account): void {
    this.#shelves.forget(account.lid)
  }

  /** Switches all phones off and knows none from then on. */
  async switchOff(): Promise<void> {
    await Promise.all(this.list().map((phone) => phone.disconnect()))
    this.#phones.clear()
  }
}

function stored(storage: PhoneStorage, key: string): string | undefined {
  return [...storage.entries(key)].find(([rest]) => rest === '')?.[1]
}

function addressingOf(storage: PhoneStorage): { addressing?: Addressing } {
  const addressing = stored(storage, 'addressing') as Addressing | undefined
  return addressing ? { addressing } : {}
}
