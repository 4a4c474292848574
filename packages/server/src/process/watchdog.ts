import { url as inspectorUrl } from 'node:inspector'
import { Worker } from 'node:worker_threads'
import type { Config } from '../config/config.ts'
import { eachHalfSecond, halfSecondMs } from '../half-seconds.ts'
import type { ThreadGuest } from '../storage/dialects/sqlite/protocol.ts'
import { beats, debugged, type WatchdogOrders } from './watchdog-signs.ts'

/** Each look wakes a process that may have nothing else to do: the watchdog may be so late. */
const longestPeriodMs = 3_000
const leastLooks = 10
/** More than looks, so that no process ends much before its limit: the first look without a sign may follow its last sign at once. */
const leastBeats = 30

/** Guards the process against a main thread that stands still, as in a loop without an end: nothing else would notice, because signals and
 *  probes are answered by that thread. After `config.watchdog.limitMs` a thread of its own logs where it stands and ends the process by SIGKILL, so that
 *  the supervisor of the process starts it again. Whatever was durable stays so. A process under a debugger is left alone.
 *  @returns what watches from SQLite's thread, where there is one: a thread of its own costs 8 MB */
export const startWatchdog = (config: Pick<Config, 'watchdog' | 'log' | 'storage'>): ThreadGuest | undefined => {
  const { limitMs } = config.watchdog
  if (limitMs === 0) return undefined
  const periodMs = Math.min(longestPeriodMs, limitMs / leastLooks)
  const signs = new Int32Array(new SharedArrayBuffer(8))
  const beat = () => {
    Atomics.store(signs, debugged, inspectorUrl() === undefined ? 0 : 1)
    Atomics.add(signs, beats, 1)
  }
  beat()
  const orders: WatchdogOrders = { signs, periodMs, looks: Math.round(limitMs / periodMs), log: config.log }
  const beatMs = limitMs / leastBeats
  if (beatMs < halfSecondMs) setInterval(beat, beatMs).unref()
  else eachHalfSecond(beat)
  if (config.storage.type === 'sqlite') return { url: new URL('./keep-watch.ts', import.meta.url).href, data: orders }
  const thread = new Worker(new URL('./watchdog-thread.ts', import.meta.url), {
    workerData: orders,
    // It needs next to nothing until it has something to say.
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
  })
  thread.unref()
  return undefined
}
