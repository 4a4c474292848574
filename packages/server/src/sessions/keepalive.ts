import type { Session } from '@switchboard/engine'
import type { DeviceSignal } from '../events/event-source.ts'
import type { WatchdogSettings } from './session-dependencies.ts'

/** Unanswered pings after which a silent connection is given up. */
const missesUntilReconnect = 3

interface KeepaliveParts {
  say(signal: DeviceSignal): void
  /** The connection is open and dead. */
  dead(session: Session): void
}

/** Asks a connection that is open but silent for a sign of life. */
export class Keepalive {
  readonly #parts: KeepaliveParts
  #misses = 0
  #asking = false

  constructor(parts: KeepaliveParts) {
    this.#parts = parts
  }

  /** One look of the watchdog. @param heardAt when the connection opened or was last heard, Unix ms */
  look(session: Session, heardAt: number, now: number, { silenceMs, pingMs }: WatchdogSettings): void {
    if (this.#asking || now - heardAt < silenceMs) return
    this.#asking = true
    session.ping(pingMs).then(
      () => this.#answered(),
      () => this.#missed(session, heardAt),
    )
  }

  /** The device is heard again, on this or on a new connection. */
  restored(): void {
    if (this.#misses === 0) return
    this.#misses = 0
    this.#parts.say({ kind: 'keepalive_restored' })
  }

  #answered(): void {
    this.#asking = false
    this.restored()
  }

  #missed(session: Session, heardAt: number): void {
    this.#asking = false
    // A connection that ended meanwhile is not silent: it is gone, and its end tells more.
    if (session.state.name !== 'open') return
    this.#misses += 1
    this.#parts.say({ kind: 'keepalive_missed', errorCount: this.#misses, lastSuccessAt: heardAt })
    if (this.#misses >= missesUntilReconnect) this.#parts.dead(session)
  }
}
