import { credsWrite } from '../credentials/creds-codec.ts'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import type { DeviceStore } from '../credentials/device-store.ts'

/** Saves the credentials as the library changes them: one write at a time, always the newest. */
export class CredsSaver {
  readonly #creds: DeviceCreds
  readonly #store: DeviceStore
  readonly #failed: (error: unknown) => void
  #running: Promise<void> | undefined
  #dirty = false

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
    await this.#running
  }

  async #run(): Promise<void> {
    // Changes of the same turn share one write.
    await Promise.resolve()
    while (this.#dirty) {
      this.#dirty = false
      await this.#store.save([credsWrite(this.#creds)]).catch(this.#failed)
    }
    this.#running = undefined
  }
}
