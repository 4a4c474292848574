import type { WireNode } from '../wire/node.ts'
import type { Device } from '../world/account.ts'
import { type Direction, type FaultAction, spoil } from '../world/faults/faults.ts'
import type { World } from '../world/world.ts'

/** What a gate cannot do by itself. */
export interface GateExits {
  /** Lets a stanza through. */
  pass(node: WireNode): void
  /** Refuses it with an error ack. */
  nack?(node: WireNode, code: number): void
  /** Hears that a stanza vanished. */
  lost?(): void
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
    const { faults } = this.#world
    if (faults.unreachable(this.#device)) faults.whenReachable(this.#device, () => this.#take(node))
    else this.#take(node)
  }

  #take(node: WireNode): void {
    if (this.#silent) return
    const action = this.#world.faults.strike(this.#device, this.#direction, node)
    if (action) {
      this.#strike(node, action)
      return
    }
    this.#exits.pass(node)
    this.#release()
  }

  #strike(node: WireNode, action: FaultAction): void {
    const exits = this.#exits
    switch (action.kind) {
      case 'drop':
        exits.lost?.()
        break
      case 'delay':
        this.#world.clock.after(action.ms, () => exits.pass(node))
        break
      case 'duplicate':
        exits.pass(node)
        exits.pass(node)
        break
      case 'reorder':
        this.#release()
        this.#held = node
        break
      case 'corrupt':
        exits.pass(spoil(this.#world, node))
        break
      case 'nack':
        if (exits.nack) exits.nack(node, action.code)
        else exits.pass(node)
        break
      case 'stream-error':
        exits.end(action.code)
        break
      case 'silence':
        this.#silent = true
        exits.lost?.()
    }
  }

  /** A stanza that was held back goes after the one that overtook it. */
  #release(): void {
    const held = this.#held
    this.#held = undefined
    if (held) this.#exits.pass(held)
  }
}
