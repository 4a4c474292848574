import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Gap } from './rules.ts'

interface Last {
  readonly chat: string
  /** When a message to another chat may leave, on the monotonic clock. */
  readonly nextAt: number
}

/** Pauses of a random length between the messages of a device to different chats. What goes to the chat that was written to last waits for none: a
 *  conversation is not slowed down. Known to this process alone: after a restart the first message leaves at once. */
export class Gaps {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #last = new Map<string, Last>()
  /** Devices of which a message waits: their messages leave one after the other. */
  readonly #waits = new Map<string, AbortController>()

  constructor({ clock, random }: { readonly clock: Clock; readonly random: () => number }) {
    this.#clock = clock
    this.#random = random
  }

  /** Waits for what is left of the pause, or until {@link recheck}. @returns whether there was any. @throws when the signal ends it */
  async wait(deviceId: string, chat: string, signal: AbortSignal): Promise<boolean> {
    const last = this.#last.get(deviceId)
    if (!last || last.chat === chat) return false
    const leftMs = last.nextAt - this.#clock.monotonic()
    if (leftMs <= 0) return false
    const woken = new AbortController()
    this.#waits.set(deviceId, woken)
    try {
      await delay(leftMs, undefined, { signal: AbortSignal.any([signal, woken.signal]) })
    } catch (error) {
      if (signal.aborted) throw error
    } finally {
      this.#waits.delete(deviceId)
    }
    return true
  }

  /** What a message of the device waits for may be over. @param gap the pauses that are set now */
  recheck(deviceId: string, gap: Gap | null): void {
    if (!gap) this.#last.delete(deviceId)
    this.#waits.get(deviceId)?.abort()
  }

  /** Another process has the device. */
  drop(deviceId: string): void {
    this.#last.delete(deviceId)
    this.#waits.get(deviceId)?.abort()
  }

  /** A message leaves: from here on others wait. */
  left(deviceId: string, chat: string, gap: Gap | null): void {
    if (!gap) return void this.#last.delete(deviceId)
    const ms = gap.minMs + this.#random() * (gap.maxMs - gap.minMs)
    this.#last.set(deviceId, { chat, nextAt: this.#clock.monotonic() + ms })
  }
}
