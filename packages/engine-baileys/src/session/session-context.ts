import type { Clock, Logger, OpenOptions, SessionHost } from '@switchboard/engine'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import type { DeviceStore } from '../credentials/device-store.ts'
import type { PreKeyPool } from '../credentials/pre-key-pool.ts'
import type { SharedCaches } from '../shared/shared-caches.ts'
import type { DeviceRatchets } from '../signal/device-ratchets.ts'
import type { Wire } from '../wire/wire.ts'

/** What all sessions of an engine share. */
export interface EngineParts {
  readonly caches: SharedCaches
  readonly preKeys: PreKeyPool
  readonly logger: Logger
  readonly clock: Clock
  /** After so long without a byte in either direction, a media host that is uploaded to is given up. */
  readonly uploadIdleMs: number
}

/** What the pipelines of one session share. */
export interface SessionContext extends EngineParts {
  /** Unique for each opened session; prefix of its entries in the shared caches. */
  readonly serial: string
  readonly options: OpenOptions
  readonly host: SessionHost
  readonly creds: DeviceCreds
  readonly store: DeviceStore
  readonly signal: DeviceRatchets
  readonly wire: Wire
  /** Whether receipts are sent as active: WhatsApp shows two ticks only then. */
  sendsActiveReceipts(): boolean
  /** Ends the session because an incoming item could not be stored: only a new connection makes WhatsApp deliver it again. */
  notTaken(error: unknown): void
  /** Logs what went wrong, unless it went wrong because the session ends. */
  warn(error: unknown, message: string): void
}
