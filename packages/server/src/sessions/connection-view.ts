import { isLinking, type PairingQr, type PasskeyRequest } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { PendingPasskey, SessionStatus } from './sessions.ts'
import { StateWatch } from './state-watch.ts'

export type View = SessionStatus['state']

/** A code that a phone can scan. */
export interface ShownQr {
  readonly qr: PairingQr
  /** On the monotonic clock. */
  readonly shownAt: number
}

/** What the rest of the gateway sees of a device's connection, and can wait for. */
export class ConnectionView {
  readonly watch = new StateWatch()
  readonly #clock: Clock
  #state: View = { name: 'idle' }
  #since: number
  #begun: number
  #qr: ShownQr | undefined
  #passkey: PendingPasskey | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.now()
    this.#begun = clock.monotonic()
  }

  get state(): View {
    return this.#state
  }

  /** Since when the state has this name, Unix ms. */
  get since(): number {
    return this.#since
  }

  /** For how long the state has had this name, ms. */
  get lastsMs(): number {
    return this.#clock.monotonic() - this.#begun
  }

  /** The code that a phone can scan now. */
  get qr(): ShownQr | undefined {
    return this.#qr
  }

  /** What the account's owner is to sign, or to compare. */
  get passkey(): PendingPasskey | undefined {
    return this.#passkey
  }

  show(state: View): void {
    if (!isLinking(state)) this.#passkey = undefined
    if (state.name !== this.#state.name) {
      this.#since = this.#clock.now()
      this.#begun = this.#clock.monotonic()
    }
    this.#state = state
    this.watch.changed()
  }

  showQr(qr: PairingQr): void {
    this.#qr = { qr, shownAt: this.#clock.monotonic() }
    this.watch.changed()
  }

  /** In place of the code: a phone took that. */
  showPasskey(request: PasskeyRequest): void {
    this.#qr = undefined
    this.#passkey = { request }
    this.watch.changed()
  }

  /** @returns what it belongs to; undefined when nothing is asked */
  showPasskeyCode(code: string): PendingPasskey | undefined {
    if (this.#passkey) this.#passkey = { ...this.#passkey, code }
    this.watch.changed()
    return this.#passkey
  }

  hideQr(): void {
    this.#qr = undefined
  }
}
