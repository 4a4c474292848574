import type { WireNode } from '../wire/node.ts'
import type { Device } from '../world/account.ts'
import type { World } from '../world/world.ts'
import { type Direction, spoil } from './faults.ts'

/** What a gate cannot do by itself. */
export interface GateExits {
  /** Lets a stanza through. */
  pass(node: WireNode): void
  /** Refuses it with an error ack. */
  nack?(node: WireNode, code: number): void
  /** Ends the stream. */
  end(code: number): void
}

/** Stands in the way of one device's stanzas in one direction and lets the world's faults strike them. */
export class FaultGate {
  readonly #world: World
  readonly #device: Device
  readonly #direction: Direction
  readonly #exits: GateExits
  #held: WireNode | undefined
  #silent = false

  constructor(world: World, device: Device, direction: Direction, exits: GateExits) {
    this.#world = world
    this.#device = device
    this.#direction = direction
    this.#exits = exits
  }

  submit(node: WireNode): void {
    if (this.#silent) return
    const action = this.#world.faults.strike(this.#device, this.#direction, node)
    const { pass } = this.#exits
    switch (action?.kind) {
      case undefined:
        pass(node)
        return this.#release()
      case 'drop':
        return
      case 'delay':
        this.#world.clock.after(action.ms, () => pass(node))
        return
      case 'duplicate':
        pass(node)
        return pass(node)
      case 'reorder':
        this.#release()
        this.#held = node
        return
      case 'corrupt':
        return pass(spoil(this.#world, node))
      case 'nack':
        return this.#exits.nack ? this.#exits.nack(node, action.code) : pass(node)
      case 'stream-error':
        return this.#exits.end(action.code)
      case 'silence':
        this.#silent = true
    }
  }

  /** A stanza that was held back goes after the one that overtook it. */
  #release(): void {
    const held = this.#held
    this.#held = undefined
    if (held) this.#exits.pass(held)
  }
}
