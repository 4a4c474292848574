import { setTimeout as sleep } from 'node:timers/promises'
import type { DeviceApi } from '../../e2e/steps/api.ts'
import { percentile, report } from './report.ts'

const everyMs = 250

/** Texts that a device sends one after the other while something else happens, until each was taken over by WhatsApp. */
export class TextWatch {
  readonly #waits: number[] = []
  readonly #sending: Promise<void>
  #going = true

  constructor(api: DeviceApi, chat: string) {
    this.#sending = this.#send(api, chat)
  }

  async #send(api: DeviceApi, chat: string): Promise<void> {
    for (let n = 0; this.#going; n++) {
      const began = performance.now()
      const { status, body } = await api.sendText(chat, `meanwhile ${n}`)
      if (status !== 200) throw new Error(`a text was answered with ${status}: ${body.message}`)
      this.#waits.push(performance.now() - began)
      await sleep(everyMs)
    }
  }

  /** Prints how long they took. @param most ms, of the longest */
  async report(what: string, most: number): Promise<void> {
    this.#going = false
    await this.#sending
    const waits = this.#waits.toSorted((one, other) => one - other)
    report(`${what}, ${waits.length} of them: p50`, percentile(waits, 0.5), 'ms')
    report(`${what}: longest`, percentile(waits, 1), 'ms', { most })
  }
}
