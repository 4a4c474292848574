import type { Account, SessionState } from '@switchboard/engine'
import type { Verdict } from '../webhooks/verdict.ts'
import type { WebhookOwner } from './activity.ts'

/** How a connection ended, and what follows. */
export interface EndReport {
  readonly device: string
  readonly end: SessionState
  /** How long it had been open, ms; 0 when it never was. */
  readonly openMs: number
  readonly next: 'reconnect' | 'wait_for_person' | 'stop'
  /** When the next attempt begins, Unix ms. */
  readonly retryAt: number | undefined
  /** Attempts that failed in a row. */
  readonly failures: number
  /** The request that had begun the attempt. */
  readonly requestId: string | undefined
}

/** What happens to connections. */
export interface SessionObserver {
  /** This process works with the device from here on. */
  claimed(device: string, epoch: number): void
  linked(device: string, account: Account, requestId: string | undefined): void
  /** @param afterMs since the attempt began */
  connected(device: string, afterMs: number, requestId: string | undefined): void
  ended(report: EndReport): void
  /** WhatsApp did not answer a sign of life, so many times in a row. */
  silent(device: string, misses: number): void
  heardAgain(device: string): void
}

export type SendEnding = 'sent' | 'failed' | 'expired' | 'unknown' | 'cancelled'

/** What becomes of sends. */
export interface SendObserver {
  /** WhatsApp acknowledged it, so long after it was written. */
  acknowledged(seconds: number): void
  /** It may not leave now, and waits. */
  held(reason: string): void
  ended(send: { device: string; message: string; outcome: SendEnding; reason?: string | undefined }): void
}

/** A webhook in the log. Its URL may hold a secret: only its host is shown. */
export interface WebhookFacts {
  readonly device: string
  readonly webhook: number
  readonly url: string
}

export interface DeliveryFacts extends WebhookFacts {
  readonly event: string
  readonly type: string
  /** Status of the answer; null when there was none. */
  readonly status: number | null
  readonly error: string | null
}

/** What becomes of webhook deliveries. */
export interface WebhookObserver {
  attempted(owner: WebhookOwner, outcome: Verdict, seconds: number): void
  /** @param lagSeconds since the event happened */
  delivered(owner: WebhookOwner, lagSeconds: number): void
  /** A webhook that worked fails. */
  failing(facts: DeliveryFacts): void
  /** @param failedMs for how long it had failed */
  recovered(facts: WebhookFacts, failedMs: number): void
  deadLetter(facts: DeliveryFacts & { readonly attempts: number }): void
  disabled(facts: WebhookFacts, reason: 'gone' | 'failing'): void
}

/** What the parts of a gateway tell while they work. Lines of the log and metrics are made of it, in one place: create-observer.ts. */
export interface Observer {
  readonly sessions: SessionObserver
  readonly sends: SendObserver
  readonly webhooks: WebhookObserver
}

const nothing = (): void => {}

/** For parts that run without a gateway round them, as in tests. */
export const noObserver: Observer = {
  sessions: {
    claimed: nothing,
    linked: nothing,
    connected: nothing,
    ended: nothing,
    silent: nothing,
    heardAgain: nothing,
  },
  sends: { acknowledged: nothing, held: nothing, ended: nothing },
  webhooks: {
    attempted: nothing,
    delivered: nothing,
    failing: nothing,
    recovered: nothing,
    deadLetter: nothing,
    disabled: nothing,
  },
}
