import type { LookupFunction } from 'node:net'
import type { Endpoints, Engine, Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { OwnDevices } from '../cluster/own-devices.ts'
import type { Config } from '../config/config.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { SessionObserver } from '../observe/observer.ts'
import type { Database } from '../storage/database.ts'
import type { Keyring } from '../storage/sealing/keyring.ts'
import type { CurrentWebVersion } from './web-version.ts'

export interface SessionDependencies {
  readonly database: Database
  readonly engine: Engine
  readonly keyring: Keyring
  readonly eventLog: EventLog
  readonly config: Pick<Config, 'startup' | 'whatsapp'>
  /** Real WhatsApp or a sandbox. */
  readonly endpoints: Endpoints
  /** Resolves the host of a device's own proxy, which its owner chose; the system's look-up when absent. */
  readonly proxyLookup?: LookupFunction
  readonly webVersion: Pick<CurrentWebVersion, 'version' | 'replaces'>
  readonly clock: Clock
  /** Evenly in [0, 1): jitter. */
  readonly random: () => number
  readonly logger: Logger
  readonly observer: SessionObserver
  /** Which devices are for this process to connect. */
  readonly own: OwnDevices
  readonly watchdog?: WatchdogSettings
}

/** How the watchdog looks; one timer serves every session. */
export interface WatchdogSettings {
  readonly tickMs: number
  /** Silence after which a connection is asked for a sign of life. */
  readonly silenceMs: number
  readonly pingMs: number
}
