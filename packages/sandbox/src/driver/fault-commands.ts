import type { Direction, FaultRule } from '../server/faults.ts'
import type { Device } from '../world/account.ts'
import type { World } from '../world/world.ts'

/** One kind of trouble, briefly. `nack` and the direction `in` concern what the device sends. */
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

/** Trouble on command: a short form of the world's faults. */
export class FaultCommands {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Strikes the device's next stanza of that tag. Nacks concern what it sends, all else what it is sent, unless a direction is given. */
  next(device: Device | string, tag: string, wish: FaultWish): void {
    const found = typeof device === 'string' ? this.#world.device(device) : device
    if (!found) throw new Error(`there is no device ${String(device)}`)
    const { direction = 'nack' in wish ? 'in' : 'out', count = 1 } = wish
    this.#world.faults.next(found, { direction, tag, count, action: actionOf(wish) })
  }

  clear(): void {
    this.#world.faults.clear()
  }
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
