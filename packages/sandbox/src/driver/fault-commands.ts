import type { Phone } from '../phone/phone.ts'
import { soilAppState } from '../server/dirty-bits.ts'
import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import type { FaultCondition, FaultRule } from '../world/faults/fault-action.ts'
import type { ArmedFault, Direction, Faults } from '../world/faults/faults.ts'
import type { World } from '../world/world.ts'
import { type FaultCommand, type FaultDeed, flawOf, isStanzaAction } from './fault-command.ts'

/** One fault for one kind of stanza, in short form. `nack` and the direction `in` are for stanzas that the device sends. */
export type FaultWish = { direction?: Direction; count?: number } & (
  | { nack: number }
  | { drop: true }
  | { delayMs: number }
  | { duplicate: true }
  | { reorder: true }
  | { corrupt: true }
  | { streamError: number }
  | { silence: true }
)

/** A command that cannot be carried out: what it names is not there. */
export class FaultRefused extends Error {
  override readonly name = 'FaultRefused'
}

/** Where faults are made. */
interface FaultScene {
  readonly world: World
  findPhone(who: string): Phone | undefined
}

/** Faults on command. */
export class FaultCommands {
  readonly #sandbox: FaultScene

  constructor(sandbox: FaultScene) {
    this.#sandbox = sandbox
  }

  /** Strikes the device's next stanza of that tag. Nacks concern what it sends, all else what it is sent, unless a direction is given. */
  next(device: Device | string, tag: string, wish: FaultWish): void {
    const { direction, count = 1 } = wish
    const action = actionOf(wish)
    this.#faults.next(this.#device(device), { direction: direction ?? usualDirection(action), tag, count, action })
  }

  /** Carries out a command. Returns the id with which it can be called off; undefined for what is done at once.
   *  @throws FaultRefused when there is no such device or file, Error when parts of the command do not go together: then nothing was done */
  async apply(command: FaultCommand): Promise<string | undefined> {
    const flaw = flawOf(command)
    if (flaw) throw new Error(flaw)
    const { device, devices = device === undefined ? [] : [device], action, ...rule } = command
    const found = devices.map((name) => this.#device(name))
    if (action.kind === 'expired-media') {
      this.#expire(action)
      return undefined
    }
    if (action.kind === 'failed-transfer') {
      this.#failTransfers(action)
      return undefined
    }
    if (isStanzaAction(action)) return this.#faults.next(found, { direction: usualDirection(action), ...rule, action })
    if (action.kind === 'device-removed') for (const one of found) this.#remove(one)
    else if (action.kind === 'app-state-dirty') for (const one of found) this.#soil(one)
    else if (action.kind === 'lid-migration') for (const one of found) await this.#migrate(one)
    else return this.#impose(found, action)
    return undefined
  }

  /** What waits to strike, or lasts. */
  list(): ArmedFault[] {
    return this.#faults.list()
  }

  /** Calls a fault off. False when there is none with that id: it struck, is over, or never was. */
  cancel(id: string): boolean {
    return this.#faults.cancel(id)
  }

  clear(): void {
    const { media } = this.#sandbox.world
    this.#faults.clear()
    media.uploadFaults.clear()
    media.downloadFaults.clear()
  }

  get #faults(): Faults {
    return this.#sandbox.world.faults
  }

  /** Who is banned, or uses a client that is too old, is also thrown out. */
  #impose(devices: readonly Device[], action: FaultCondition): string {
    const id = this.#faults.impose(devices, action)
    const { world } = this.#sandbox
    const ends = action.kind === 'temporary-ban' || action.kind === 'client-outdated'
    if (ends) for (const device of devices) world.disconnect(device, { kind: 'close' })
    return id
  }

  #remove(device: Device): void {
    if (device.id === 0) throw new FaultRefused(`${deviceName(device)} is a phone, not a linked device`)
    this.#phoneOf(device).unlink(device.id)
    this.#sandbox.world.log.append('fault', { device: deviceName(device), action: { kind: 'device-removed' } })
  }

  async #migrate(device: Device): Promise<void> {
    await this.#phoneOf(device).shareLidMappings()
    this.#sandbox.world.log.append('fault', { device: deviceName(device), action: { kind: 'lid-migration' } })
  }

  #soil(device: Device): void {
    const { world } = this.#sandbox
    if (device.id === 0) throw new FaultRefused(`${deviceName(device)} is a phone, not a linked device`)
    soilAppState(world, device)
    world.log.append('fault', { device: deviceName(device), action: { kind: 'app-state-dirty' } })
  }

  #phoneOf({ account }: Device): Phone {
    const phone = this.#sandbox.findPhone(account.phone)
    if (!phone) throw new FaultRefused(`${account.phone} has no phone here`)
    return phone
  }

  #expire({ hash, status = 410 }: FaultDeed & { kind: 'expired-media' }): void {
    const name = Buffer.from(hash, hash.includes('-') || hash.includes('_') ? 'base64url' : 'base64')
    const links = this.#sandbox.world.media.expire(name.toString('base64url'), status)
    if (links === 0) throw new FaultRefused(`no link leads to a file with the hash ${hash}`)
    this.#sandbox.world.log.append('fault', { action: { kind: 'expired-media', hash, status }, links })
  }

  #failTransfers({ transfer, fault, times }: FaultDeed & { kind: 'failed-transfer' }): void {
    const { media, log } = this.#sandbox.world
    const faults = transfer === 'upload' ? media.uploadFaults : media.downloadFaults
    faults.strikeNext(fault, times)
    log.append('fault', { action: { kind: 'failed-transfer', transfer, fault, times } })
  }

  #device(device: Device | string): Device {
    const found = typeof device === 'string' ? this.#sandbox.world.device(device) : device
    if (!found) throw new FaultRefused(`there is no device ${String(device)}`)
    return found
  }
}

function usualDirection(action: FaultRule['action']): Direction {
  return action.kind === 'nack' ? 'in' : 'out'
}

function actionOf(wish: FaultWish): FaultRule['action'] {
  if ('nack' in wish) return { kind: 'nack', code: wish.nack }
  if ('drop' in wish) return { kind: 'drop' }
  if ('delayMs' in wish) return { kind: 'delay', ms: wish.delayMs }
  if ('duplicate' in wish) return { kind: 'duplicate' }
  if ('reorder' in wish) return { kind: 'reorder' }
  if ('corrupt' in wish) return { kind: 'corrupt' }
  if ('streamError' in wish) return { kind: 'stream-error', code: wish.streamError }
  return { kind: 'silence' }
}
