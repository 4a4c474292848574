import type { Account, Device } from '../account.ts'
import type { World } from '../world.ts'

/** How people and devices are named in captured state: they are referred to, never copied. */
export class References {
  readonly #names = new Map<object, { kind: 'account' | 'device'; name: string }>()
  readonly #world: World

  /** Knows who is in the world at this moment. */
  constructor(world: World) {
    this.#world = world
    for (const account of world.accounts()) {
      this.#names.set(account, { kind: 'account', name: account.lid })
      for (const device of account.devices.values()) {
        this.#names.set(device, { kind: 'device', name: `${account.lid}/${device.id}` })
      }
    }
  }

  nameOf(value: object): { kind: 'account' | 'device'; name: string } | undefined {
    return this.#names.get(value)
  }

  /** Undefined for somebody who is not there. */
  find(kind: 'account' | 'device', name: string): Account | Device | undefined {
    const [lid = '', id] = name.split('/')
    const account = this.#world.account(`${lid}@lid`)
    return kind === 'account' ? account : account?.devices.get(Number(id))
  }
}
