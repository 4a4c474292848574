import type { WireNode } from '../wire/node.ts'
import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import type { World } from '../world/world.ts'
import type { StreamPhase } from './stream-phase.ts'

/** The login of a device that a partition keeps from the server: it is answered once the way is open, if the client is still there. */
export class HeldLogin implements StreamPhase {
  #next: StreamPhase | undefined
  #closed = false

  constructor(world: World, device: Device, admit: () => StreamPhase | undefined) {
    world.log.append('login.held', { device: deviceName(device) })
    world.faults.whenReachable(device, () => {
      if (!this.#closed) this.#next = admit()
    })
  }

  /** Before it is let in, a client has nothing to say. */
  take(node: WireNode): void {
    this.#next?.take(node)
  }

  closed(): void {
    this.#closed = true
    this.#next?.closed()
  }
}
