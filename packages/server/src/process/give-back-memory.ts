import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const lookMs = 5_000
/** Less is not worth a collection. */
const worthBytes = 16 * 2 ** 20
/** Share of the time that the thread computes: above it, it is busy, and takes again what it gives back. */
const busyShare = 0.2
/** So many looks in a row tell V8; it weighs what it measures with what was before. */
const mostInARow = 3
/** After them, a process that is never quite busy nor quiet is left alone for so long. */
const restMs = 60_000

interface Pace {
  readonly lookMs?: number
  readonly restMs?: number
}

/**
 * Gives memory of the heap back to the system when a burst is over: the start of a thousand sessions, a thousand links, a large history.
 *
 * V8 does so by itself, in small steps, when little is allocated. It measures that at collections only, and a process that became quiet has none:
 * it looks as busy as it was for a minute and a half, and longer. Collections of the young generation, which take some milliseconds, tell it. (Node
 * 26, `--trace-memory-reducer`: 42 MiB of 223 with 300 sessions.) Call it before the burst. Returns what ends it.
 */
export function giveBackMemory(pace: Pace = {}): () => void {
  // How long V8 waits behind a full collection before it looks, and from look to look. Its own values are for browsers.
  setFlagsFromString('--gc-memory-reducer-start-delay-ms=10000')
  setFlagsFromString('--memory-reducer-delay-ms=4000')
  let before = performance.eventLoopUtilization()
  let inARow = 0
  let restsUntil = 0
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (performance.now() < restsUntil || utilization > busyShare || spareBytes() < worthBytes) return
    collectYoung()
    inARow = (inARow + 1) % mostInARow
    if (inARow === 0) restsUntil = performance.now() + (pace.restMs ?? restMs)
  }
  const timer = setInterval(look, pace.lookMs ?? lookMs).unref()
  return () => clearInterval(timer)
}

function spareBytes(): number {
  const { total_physical_size, used_heap_size } = getHeapStatistics()
  return total_physical_size - used_heap_size
}

let collect: ((options: { type: 'minor' }) => void) | undefined

function collectYoung(): void {
  if (!collect) {
    // The one way to it in a process that runs: contexts that are made from here on have it.
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as typeof collect
    setFlagsFromString('--no-expose-gc')
  }
  collect?.({ type: 'minor' })
}
