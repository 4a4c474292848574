import { setTimeout as sleep } from 'node:timers/promises'
import type { Owner } from '../../cluster/owners.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Services } from '../../gateway/services.ts'

/** Pauses before it is looked again where a device is that just moves. */
export const movingPausesMs = [0, 300, 700, 1_500]

export const unreachable = (): AppError =>
  new AppError('not_ready', 'The gateway that has this device cannot be reached just now: nothing was done', {
    retryAfterSeconds: 2,
  })

/** `moves`: some node has it in a moment. */
export type Place = { readonly kind: 'here' | 'moves' } | { readonly kind: 'there'; readonly owner: Owner }

const here: Place = { kind: 'here' }
const moves: Place = { kind: 'moves' }

/** Finds the node that has a device. */
export class Placement {
  readonly #cluster: Services['cluster']

  constructor(cluster: Services['cluster']) {
    this.#cluster = cluster
  }

  async find(deviceId: string): Promise<Place> {
    const { own, owners, nodeId } = this.#cluster
    if (own.serves(deviceId)) return here
    if (own.has(deviceId)) return moves
    const owner = await owners.ownerOf(deviceId)
    if (owner) return owner.nodeId === nodeId ? moves : { kind: 'there', owner }
    const wanted = await owners.wantsSession(deviceId)
    // It is gone: whoever is asked says so.
    if (wanted === undefined) return here
    // One that is to be connected is taken by the node that connects it; of any other this node is as good as another.
    return !wanted && (await own.claim(deviceId)) ? here : moves
  }

  /** The other node that has a device, once it has found its place; undefined when that is this one. @throws AppError not_ready */
  async elsewhere(deviceId: string): Promise<Owner | undefined> {
    for (const pauseMs of movingPausesMs) {
      if (pauseMs > 0) await sleep(pauseMs)
      const place = await this.find(deviceId)
      if (place.kind === 'here') return undefined
      if (place.kind === 'there') return place.owner
    }
    throw unreachable()
  }
}
