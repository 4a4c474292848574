import type { Session, SessionState } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { DeviceSignal } from '../events/event-source.ts'
import type { Attempt } from './attempt.ts'
import type { ConnectionView } from './connection-view.ts'
import type { WatchdogSettings } from './session-dependencies.ts'

/** Unanswered pings after which a silent connection is given up. */
const missesUntilReconnect = 3

/** An attempt that is neither open nor ended after this long is given up. */
const connectingBoundMs = 90_000

interface KeepaliveParts {
  readonly clock: Clock
  say(signal: DeviceSignal): void
  /** Nothing is to be expected of it any more. */
  giveUp(attempt: Attempt, end: SessionState): void
}

/** Notices connections that are dead without having ended: asks one that is open but silent for a sign of life. */
export class Keepalive {
  readonly #parts: KeepaliveParts
  #misses = 0
  #asking = false

  constructor(parts: KeepaliveParts) {
    this.#parts = parts
  }

  /** One look of the watchdog. */
  look(attempt: Attempt, view: ConnectionView, settings: WatchdogSettings): void {
    const { name } = view.state
    const silentMs = this.#parts.clock.monotonic() - attempt.heardAt
    if (name === 'connecting' && view.lastsMs > connectingBoundMs) {
      this.#parts.giveUp(attempt, { name: 'closed', reason: 'connect_failed', detail: 'no answer from WhatsApp' })
    } else if (name === 'open' && attempt.session && silentMs >= settings.silenceMs) {
      this.#ask(attempt, attempt.session, settings.pingMs)
    }
  }

  /** The device is heard again, on this or on a new connection. */
  restored(): void {
    if (this.#misses === 0) return
    this.#misses = 0
    this.#parts.say({ kind: 'keepalive_restored' })
  }

  #ask(attempt: Attempt, session: Session, pingMs: number): void {
    if (this.#asking) return
    this.#asking = true
    const { heardAt } = attempt
    session.ping(pingMs).then(
      () => this.#answered(),
      () => this.#missed(attempt, session, heardAt),
    )
  }

  #answered(): void {
    this.#asking = false
    this.restored()
  }

  #missed(attempt: Attempt, session: Session, heardAt: number): void {
    this.#asking = false
    // A connection that has ended in between is not silent: it is gone, and its end says more.
    if (session.state.name !== 'open') return
    this.#misses += 1
    const { clock } = this.#parts
    const lastSuccessAt = Math.round(clock.now() - clock.monotonic() + heardAt)
    this.#parts.say({ kind: 'keepalive_missed', errorCount: this.#misses, lastSuccessAt })
    if (this.#misses < missesUntilReconnect) return
    this.#parts.giveUp(attempt, { name: 'closed', reason: 'connection_lost', detail: 'WhatsApp was silent' })
  }
}
