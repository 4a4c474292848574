import type { LookupAddress } from 'node:dns'
import type { AbilityName } from '../abilities/index.ts'
import type { Account, OpenOptions } from '../session.ts'
import type { SessionState } from '../state.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof logLevels)[number]

/** What a thread is started with. */
export interface ThreadOrders {
  /** Lines below it stay in the thread. */
  readonly logLevel: LogLevel | 'silent'
  /** How often the thread gives a sign of life, ms. */
  readonly signMs: number
  /** For the one who makes the thread's engine. */
  readonly settings: unknown
}

/** Number of the thread itself, and of the one that started it, among what can be called. Sessions begin at 1. */
export const root = 0

/** What a thread must know to open a session; its host and its credentials are asked for. */
export interface OpenOrders {
  readonly session: number
  readonly options: Omit<OpenOptions, 'host' | 'credentials' | 'proxyLookup'>
  readonly looksUp: boolean
}

/** A session as it is when it was opened. */
export interface OpenedSession {
  readonly state: SessionState
  readonly account: Account | undefined
  readonly abilities: readonly AbilityName[]
}

/** When each of some sessions was heard, by its number. Ms of the clock that all threads share. */
export type Heard = readonly (readonly [session: number, at: number])[]

/** What a look-up found. */
export interface LookedUp {
  readonly address: string | LookupAddress[]
  readonly family: number | undefined
}

/** The clock that all threads of a process share, ms; `performance.now()` begins anew in each. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6
