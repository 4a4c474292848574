import { ack } from '../server/answers.ts'
import { FaultGate } from '../server/fault-gate.ts'
import { spoil } from '../server/faults.ts'
import { dropExpiredStatus } from '../server/status/status-expiry.ts'
import type { WireNode } from '../wire/node.ts'
import type { Device } from '../world/account.ts'
import type { Attachment } from '../world/mailbox.ts'
import type { World } from '../world/world.ts'

/** What comes in over the line. */
export interface LineEnd {
  /** One at a time, in order; the next comes when the promise is settled. */
  take(stanza: WireNode): Promise<void>
  /** Presence and the like, at once. */
  glance(stanza: WireNode): void
}

/** An in-process phone's connection to the server: the same mailbox, router and faults as a socket's, without the bytes between. */
export class PhoneLine {
  readonly #world: World
  readonly #device: Device
  readonly #end: LineEnd
  readonly #attachment: Attachment
  #queue: WireNode[] = []
  #draining = false
  #idle: Promise<void> = Promise.resolve()
  /** A stanza that a fault holds back until the next one has passed it. */
  #held: (() => void) | undefined

  constructor(world: World, device: Device, end: LineEnd) {
    this.#world = world
    this.#device = device
    this.#end = end
    const gate = new FaultGate(world, device, 'out', {
      pass: (node) => this.#enqueue(node),
      end: () => void this.close(),
    })
    this.#attachment = { deliver: (entry) => gate.submit(entry.node), push: (node) => end.glance(node) }
  }

  get isOpen(): boolean {
    return this.#device.mailbox.attachment === this.#attachment
  }

  /** What waited arrives, oldest first. */
  open(): void {
    if (this.isOpen) return
    dropExpiredStatus(this.#world, this.#device)
    this.#device.mailbox.attach(this.#attachment)
  }

  /** What comes from now on waits at the server. Resolves once the stanza in hand is done with. */
  async close(): Promise<void> {
    this.#device.mailbox.detach(this.#attachment)
    this.#queue = []
    await this.#idle
  }

  /** Sends a stanza and returns the server's answer; undefined when it asks for none, or a fault ate it. */
  async submit(node: WireNode): Promise<WireNode | undefined> {
    const answer = await this.#struck(node)
    const held = this.#held
    this.#held = undefined
    held?.()
    return answer
  }

  async #struck(node: WireNode): Promise<WireNode | undefined> {
    const { faults } = this.#world
    if (faults.unreachable(this.#device)) {
      // One that was switched off does not say so later.
      if (!this.isOpen) return undefined
      await new Promise<void>((resolve) => faults.whenReachable(this.#device, resolve))
    }
    const pass = (what = node): Promise<WireNode | undefined> => this.#world.router.submit(this.#device, what)
    const action = faults.strike(this.#device, 'in', node)
    switch (action?.kind) {
      case undefined:
        return pass()
      case 'drop':
      case 'silence':
        return undefined
      case 'nack':
        return ack(node, { error: String(action.code) })
      case 'corrupt':
        return pass(spoil(this.#world, node))
      case 'delay':
        await new Promise<void>((resolve) => this.#world.clock.after(action.ms, resolve))
        return pass()
      case 'duplicate':
        await pass()
        return pass()
      case 'reorder':
        await new Promise<void>((resolve) => {
          this.#held = resolve
        })
        return pass()
      case 'stream-error':
        await this.close()
        return undefined
    }
  }

  #enqueue(node: WireNode): void {
    this.#queue.push(node)
    if (this.#draining) return
    this.#draining = true
    // Later in this tick: a phone that answers at once must not run inside the delivery of what it answers.
    this.#idle = Promise.resolve().then(() => this.#drain())
  }

  async #drain(): Promise<void> {
    for (let node = this.#queue.shift(); node; node = this.#queue.shift()) await this.#end.take(node)
    this.#draining = false
  }
}
