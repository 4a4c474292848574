import type { Clock } from '../clock.ts'
import type { Database, Statement } from '../storage/database.ts'
import { HeldSendStore, type Hold } from '../storage/held-send-store.ts'
import type { Intent } from '../storage/intent-store.ts'
import type { HoldReason } from '../storage/schema.ts'

/** Sends that wait although nobody asked for that. */
export class HeldSends {
  readonly #store: HeldSendStore
  readonly #clock: Clock
  /** Devices of which something may be held, and how often something was. */
  readonly #holding = new Map<string, number>()
  #wake: () => void = () => {}

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#store = new HeldSendStore(database)
    this.#clock = clock
  }

  /** Reads of which devices something is held: of all, or of some that are new here. */
  async load(among?: readonly string[]): Promise<void> {
    for (const deviceId of await this.#store.devices(among)) this.#held(deviceId)
  }

  /** Another process has the device. */
  drop(deviceId: string): void {
    this.#holding.delete(deviceId)
  }

  /** @param wake called when something is held, or what is held may leave */
  listen(wake: () => void): void {
    this.#wake = wake
  }

  wake(): void {
    this.#wake()
  }

  /** Whether something of a device may be held. */
  mayBe(deviceId: string): boolean {
    return this.#holding.has(deviceId)
  }

  /** How many sends wait, by the reason. */
  counts(deviceId: string): Promise<Map<HoldReason, number>> {
    return this.#store.counts(deviceId)
  }

  /** What a send to a chat waits behind. @param before those that were accepted before then; all of them when absent */
  async last(deviceId: string, chat: string, before?: number): Promise<Hold | undefined> {
    const times = this.#holding.get(deviceId)
    if (times === undefined) return undefined
    const last = await this.#store.last(deviceId, chat, before)
    if (last || before !== undefined || (await this.#store.any(deviceId))) return last
    // Something may have been held while the database was asked.
    if (this.#holding.get(deviceId) === times) this.#holding.delete(deviceId)
    return undefined
  }

  /** How many of a device are queued that a day's count does not have yet. */
  pending(deviceId: string, day: string): Promise<number> {
    return this.#store.pending(deviceId, day)
  }

  /** Lets a queued send wait. `gone` makes the error when it was cancelled in between. */
  hold({ device_id: deviceId, message_id: messageId }: Intent, hold: Hold, gone: () => Error): Statement[] {
    return this.#store.hold(deviceId, messageId, hold, gone)
  }

  /** Lets a send wait that WhatsApp has refused. `gone` makes the error when it has ended in between. */
  holdRefused({ device_id: deviceId, message_id: messageId }: Intent, hold: Hold, gone: () => Error): Statement[] {
    return this.#store.holdRefused(deviceId, messageId, hold, gone)
  }

  /** Lets everything wait on that is due and keeps to limits: of the device, or of the chat of a send when that alone waits. */
  holdDue({ device_id: deviceId, chat }: Intent, hold: Hold): Statement[] {
    return this.#store.holdDue(deviceId, hold, this.#clock.now(), chat)
  }

  /** Lets everything of a device wait for the same that is queued, or held already. @param line what its history says of that */
  holdAll(deviceId: string, hold: Hold, line: string): Statement[] {
    return this.#store.holdAll(deviceId, hold, line)
  }

  /** Makes everything due that is held. @param chat only what waits because of this chat */
  recall(deviceId: string, chat?: string): Statement {
    return this.#store.recall(deviceId, this.#clock.now(), chat)
  }

  /** A send is held, and that is durable. */
  nowHeld(deviceId: string): void {
    this.#held(deviceId)
    this.#wake()
  }

  #held(deviceId: string): void {
    this.#holding.set(deviceId, (this.#holding.get(deviceId) ?? 0) + 1)
  }
}
