import { setTimeout as delay } from 'node:timers/promises'
import type { Presence, Session } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { TokenBucket } from './token-bucket.ts'

/** What one request may change of the configured pacing. Stored with the intent. */
export interface PacingOverrides {
  readonly typing?: boolean
  readonly presence?: boolean
  /** It is a recording: the chat shows that instead of typing. */
  readonly recording?: boolean
}

interface PacingSteps {
  readonly presence: boolean
  readonly typing: boolean
}

/** Which steps a send takes: typing needs presence, and what the request says goes before what is configured. Pure. */
function planPacing(pacing: Config['pacing'], overrides: PacingOverrides): PacingSteps {
  const presence = overrides.presence ?? pacing.presence
  return { presence, typing: presence && (overrides.typing ?? pacing.typing) }
}

interface PacingParts {
  readonly config: Config['pacing']
  readonly clock: Clock
  readonly random: () => number
  /** Ends every wait, with an error. */
  readonly signal: AbortSignal
}

/** Makes sends look like a person's: a rate, a while online, a while typing. Runs in the device's lane. */
export class Pacing {
  readonly #parts: PacingParts
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(parts: PacingParts) {
    this.#parts = parts
  }

  /** Whether a send would wait at all. */
  isInstant(overrides: PacingOverrides): boolean {
    return !this.#parts.config.rateLimit.enabled && !planPacing(this.#parts.config, overrides).presence
  }

  /** Waits and shows typing before a send. @param given ends the wait, with an error. @throws when the server stops in between */
  async before(
    deviceId: string,
    session: Session,
    chat: string,
    overrides: PacingOverrides,
    given: AbortSignal,
  ): Promise<void> {
    const signal = AbortSignal.any([this.#parts.signal, given])
    await this.#takeToken(deviceId, signal)
    const { presence, typing } = planPacing(this.#parts.config, overrides)
    if (!presence || !session.can('presence')) return
    const ability = session.use('presence')
    await quietly(ability.setAvailable(true))
    if (!typing) return
    await quietly(ability.setChatState(chat, overrides.recording ? 'recording' : 'composing'))
    const { minMs, maxMs } = this.#parts.config.typingDelay
    await delay(minMs + this.#parts.random() * (maxMs - minMs), undefined, { signal })
  }

  /** Ends what {@link before} began to show. Never waits, never fails. */
  after(session: Session, chat: string, overrides: PacingOverrides): void {
    const { presence, typing } = planPacing(this.#parts.config, overrides)
    if (!presence || !session.can('presence')) return
    void endShow(session.use('presence'), chat, typing)
  }

  async #takeToken(deviceId: string, signal: AbortSignal): Promise<void> {
    const { rateLimit } = this.#parts.config
    if (!rateLimit.enabled) return
    const now = this.#parts.clock.monotonic()
    let bucket = this.#buckets.get(deviceId)
    if (!bucket) {
      bucket = new TokenBucket(rateLimit.perMinute, rateLimit.burst, now)
      this.#buckets.set(deviceId, bucket)
    }
    const waitMs = bucket.take(now)
    if (waitMs > 0) await delay(waitMs, undefined, { signal })
  }
}

/** Presence is decoration: a send does not fail because of it. */
async function quietly(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => undefined)
}

async function endShow(presence: Presence, chat: string, typing: boolean): Promise<void> {
  if (typing) await quietly(presence.setChatState(chat, 'paused'))
  await quietly(presence.setAvailable(false))
}
