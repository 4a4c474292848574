import type { Account, Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { NodeNews } from '../cluster/node-news.ts'
import type { OwnDevices } from '../cluster/own-devices.ts'
import type { Config } from '../config/config.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { WebhookObserver } from '../observe/observer.ts'
import type { Cutoffs } from '../storage/cutoffs.ts'
import type { Database } from '../storage/database.ts'
import type { Keyring } from '../storage/sealing/keyring.ts'
import type { DeliveryFormats } from './delivery-format.ts'

/** What webhooks are made from. */
export interface WebhooksOptions {
  readonly database: Database
  readonly own: OwnDevices
  readonly news: NodeNews
  /** One of several gateways forgets what is old for all. */
  readonly mayPurge?: () => Promise<boolean>
  /** From when on the log of deliveries is old, for each API key. As the server is set when absent. */
  readonly logCutoffs?: (now: number) => Promise<Cutoffs>
  readonly eventLog: EventLog
  readonly keyring: Keyring
  readonly config: Pick<Config, 'webhooks' | 'outboundProxy'>
  readonly log: Pick<Logger, 'error'>
  readonly clock?: Clock
  readonly observer: WebhookObserver
  /** Forms of events besides our own, by name. */
  readonly formats?: DeliveryFormats
  /** The account of a device, where it is loaded. */
  readonly account?: (deviceId: string) => Account | undefined
  /** The file of a message, where it can be had. */
  readonly fileOf?: (deviceId: string, chat: string, messageId: string) => Promise<Buffer | undefined>
  /** How long the timer may sleep before it looks at the clock again, ms. Tests with a clock of their own make it short. */
  readonly tickMs?: number
  readonly attemptTimeoutMs?: number
}
