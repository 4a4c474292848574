import { ack } from '../server/answers.ts'
import { FaultGate } from '../server/fault-gate.ts'
import { dropExpiredStatus } from '../server/status/status-expiry.ts'
import type { WireNode } from '../wire/node.ts'
import type { Device } from '../world/account.ts'
import { spoil } from '../world/faults/faults.ts'
import type { Attachment } from '../world/mailbox.ts'
import type { World } from '../world/world.ts'

/** What comes in over the line. */
export interface LineEnd {
  /** One at a time, in order; the next comes when the promise is settled. */
  take(stanza: WireNode): Promise<void>
  /** Presence and the like, at once. */
  glance(stanza: WireNode): void
}

/** World time in which a phone notices that something did not get through, as its ping has no answer, and connects anew. */
const noticeMs = 5_000

/** An in-process phone's connection to the server: the same mailbox, router and faults as a socket's, without the bytes between. */
export class PhoneLine {
  readonly #world: World
  readonly #device: Device
  readonly #end: LineEnd
  #attachment: Attachment | undefined
  #queue: WireNode[] = []
  #draining = false
  #idle: Promise<void> = Promise.resolve()
  /** Lets a stanza go that a fault holds back until the next one has passed it. */
  #release: () => void = () => {}
  #noticing: (() => void) | undefined
  /** Settles when the line is opened or closed. */
  #change = Promise.withResolvers<void>()
  /** Called when the phone has noticed that its connection is of no use: it is closed, and to be opened again. */
  onLost: () => void = () => {}

  constructor(world: World, device: Device, end: LineEnd) {
    this.#world = world
    this.#device = device
    this.#end = end
  }

  get isOpen(): boolean {
    return this.#attachment !== undefined && this.#device.mailbox.attachment === this.#attachment
  }

  /** What waited arrives, oldest first. */
  open(): void {
    if (this.isOpen) return
    dropExpiredStatus(this.#world, this.#device)
    this.#attachment = this.#newAttachment()
    this.#device.mailbox.attach(this.#attachment)
    this.#changed()
  }

  /** What comes from now on waits at the server. Resolves once the stanza in hand is done with. */
  async close(): Promise<void> {
    this.#detach()
    this.#changed()
    await this.#idle
  }

  /** Sends a stanza and returns the server's answer; undefined when it asks for none, or the line was closed meanwhile. What a fault eats is sent again
   *  over the next connection if it asks for an answer: the rest follows from what the server then delivers again. */
  async submit(node: WireNode): Promise<WireNode | undefined> {
    const answer = await this.#struck(node)
    this.#release()
    return answer
  }

  async #struck(node: WireNode): Promise<WireNode | undefined> {
    const { faults, clock } = this.#world
    if (faults.unreachable(this.#device)) {
      const pass = await this.#wait((resolve) => faults.whenReachable(this.#device, resolve))
      // One that was switched off does not say so later.
      if (!pass) return undefined
    }
    const pass = (what = node): Promise<WireNode | undefined> => this.#world.router.submit(this.#device, what)
    const action = faults.strike(this.#device, 'in', node)
    switch (action?.kind) {
      case undefined:
        return pass()
      case 'drop':
      case 'silence':
        return this.#lose(node)
      case 'nack':
        return ack(node, { error: String(action.code) })
      case 'corrupt':
        return pass(spoil(this.#world, node))
      case 'delay':
        return (await this.#wait((resolve) => clock.after(action.ms, resolve))) ? pass() : undefined
      case 'duplicate':
        await pass()
        return pass()
      case 'reorder':
        return (await this.#overtaken()) ? pass() : undefined
      case 'stream-error':
        this.#break()
        return undefined
    }
  }

  /** Waits until it may continue, or the line is closed or opened. Returns whether the line is open then. */
  async #wait(goOn: (resolve: () => void) => void): Promise<boolean> {
    if (this.isOpen) await Promise.race([new Promise<void>(goOn), this.#change.promise])
    return this.isOpen
  }

  /** Waits for the next stanza, for a while: there may be none. */
  #overtaken(): Promise<boolean> {
    this.#release()
    return this.#wait((resolve) => {
      const callOff = this.#world.clock.after(noticeMs, () => this.#release())
      this.#release = () => {
        this.#release = () => {}
        callOff()
        resolve()
      }
    })
  }

  async #lose(node: WireNode): Promise<WireNode | undefined> {
    if (!this.isOpen) return undefined
    this.#notice()
    if (node.tag !== 'message' && node.tag !== 'iq') return undefined
    return (await this.#wait(() => {})) ? this.#struck(node) : undefined
  }

  #newAttachment(): Attachment {
    const gate = new FaultGate(this.#world, this.#device, 'out', {
      // What a fault held back is lost with the connection it came over.
      pass: (node) => {
        if (this.#attachment === attachment) this.#enqueue(node)
      },
      lost: () => this.#notice(),
      end: () => this.#break(),
    })
    const attachment: Attachment = {
      deliver: (entry) => gate.submit(entry.node),
      push: (node) => this.#end.glance(node),
    }
    return attachment
  }

  #notice(): void {
    this.#noticing ??= this.#world.clock.after(noticeMs, () => {
      this.#detach()
      this.onLost()
    })
  }

  /** The connection ends by itself. */
  #break(): void {
    this.#detach()
    this.#changed()
    this.#notice()
  }

  #detach(): void {
    this.#noticing?.()
    this.#noticing = undefined
    if (this.#attachment) this.#device.mailbox.detach(this.#attachment)
    this.#attachment = undefined
    this.#queue = []
  }

  #changed(): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers()
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
