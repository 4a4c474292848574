import type { Account, Device } from '../account.ts'
import type { World } from '../world.ts'

/** How people and devices are named in captured state: they are referred to, never copied. */
export class References {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Undefined for what is neither a person nor a device of this world. */
  nameOf(value: object): { kind: 'account' | 'device'; name: string } | undefined {
    if ('lid' in value && 'devices' in value) {
      const { lid } = value as Account
      return this.find('account', lid) === value ? { kind: 'account', name: lid } : undefined
    }
    if (!('mailbox' in value && 'account' in value)) return undefined
    const { account, id } = value as Device
    const name = `${account.lid}/${id}`
    return this.find('device', name) === value ? { kind: 'device', name } : undefined
  }

  /** Undefined for somebody who is not there. */
  find(kind: 'account' | 'device', name: string): Account | Device | undefined {
    const [lid = '', id] = name.split('/')
    const account = this.#world.account(`${lid}@lid`)
    return kind === 'account' ? account : account?.devices.get(Number(id))
  }
}
