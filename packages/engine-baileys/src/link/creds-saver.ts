import { credsWrite } from '../credentials/creds-codec.ts'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import type { DeviceStore } from '../credentials/device-store.ts'

/** Within so long the changes of a login share one write. Nothing of them is lost that the next login does not bring again. */
const gatherMs = 100

/** Saves the credentials as the connection changes them: one write at a time, always the newest. */
export class CredsSaver {
  readonly #creds: DeviceCreds
  readonly #store: DeviceStore
  readonly #failed: (error: unknown) => void
  #running: Promise<void> | undefined
  #dirty = false
  /** Begins the write that waits for further changes. */
  #hurry: (() => void) | undefined

  constructor(creds: DeviceCreds, store: DeviceStore, failed: (error: unknown) => void) {
    this.#creds = creds
    this.#store = store
    this.#failed = failed
  }

  /** Notes a change. Nothing of an unfinished pairing is kept. */
  changed(): void {
    if (!this.#creds.account) return
    this.#dirty = true
    this.#running ??= this.#run()
  }

  /** Resolves when every noted change is durable, or failed. */
  async settled(): Promise<void> {
    this.#hurry?.()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#dirty) {
      await this.#gathered()
      this.#dirty = false
      await this.#store.save([credsWrite(this.#creds)]).catch(this.#failed)
    }
    this.#running = undefined
  }

  #gathered(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, gatherMs).unref()
    this.#hurry = () => {
      clearTimeout(timer)
      resolve()
    }
    return promise
  }
}
