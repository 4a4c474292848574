import type { Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { WebhookObserver } from '../observe/observer.ts'
import type { Database } from '../storage/database.ts'
import type { Keyring } from '../storage/sealing/keyring.ts'

/** What webhooks are made from. */
export interface WebhooksOptions {
  readonly database: Database
  readonly eventLog: EventLog
  readonly keyring: Keyring
  readonly config: Pick<Config, 'webhooks' | 'outboundProxy'>
  readonly log: Pick<Logger, 'error'>
  readonly clock?: Clock
  readonly observer: WebhookObserver
  /** How long the timer may sleep before it looks at the clock again, ms. Tests with a clock of their own make it short. */
  readonly tickMs?: number
  readonly attemptTimeoutMs?: number
}
