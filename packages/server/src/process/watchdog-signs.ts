import type { Config } from '../config/config.ts'

/** Places in the memory that the main thread and its watchdog share: how often the main thread has had a turn, and whether somebody debugs it. */
export const beats = 0
export const debugged = 1

/** What the watchdog is started with. */
export interface WatchdogOrders {
  readonly signs: Int32Array
  /** How often the watchdog looks for a sign, ms. The main thread gives them more often. */
  readonly periodMs: number
  /** So many looks in a row without a sign, and the process ends. */
  readonly looks: number
  readonly log: Config['log']
}
