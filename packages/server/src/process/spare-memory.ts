import { flushCompileCache } from 'node:module'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** How long V8 waits behind a full collection before it looks whether it can give back more, in small steps, and from look to look (ms). Its own are 30 and 8 s.
 *  What it goes by, how much is allocated, it measures at collections only: those of the young generation below tell it that there is rest. */
const reducerDelays = { 'gc-memory-reducer-start-delay-ms': 10_000, 'memory-reducer-delay-ms': 4_000 }

const lookMs = 5_000
/** Share of a processor that the process used, up to which it is at rest. How long the event loop was busy would tell of what else the machine does. */
const restShare = 0.05
/** So many looks in a row find rest before something is given back. What is collected at rest takes compiled code with it, because the shapes of objects of which
 *  none is alive go too: the next messages cost twice as much until it is compiled again. A pause between messages is no rest. */
const restLooks = 4
/** A heap of so much is collected in less than 50 ms; nothing else is done meanwhile. */
const quickHeapBytes = 48 * 2 ** 20
/** Less of a young generation is not worth that. */
const youngBytes = 12 * 2 ** 20
/** What the old generation has grown by since it was collected last. */
const grownBytes = 16 * 2 ** 20

const sizes = (): { young: number; old: number } => {
  const spaces = getHeapSpaceStatistics()
  const of = (name: string) => spaces.find(({ space_name }) => space_name === name)?.space_size ?? 0
  return { young: of('new_space') + of('new_large_object_space'), old: of('old_space') }
}

/** Gives back what the start took and what a busy time leaves: V8 alone does so only while it is allocating, which a gateway at rest hardly does. Small heaps are
 *  collected whole; of large ones the young generation, which takes a few milliseconds. Without `--expose-gc`, as in tests, nothing happens. */
export const spareMemory = (): void => {
  const collect = globalThis.gc
  if (!collect) return
  // Before the flags change: what is compiled is kept for starts with the same flags.
  flushCompileCache()
  for (const [name, ms] of Object.entries(reducerDelays)) setFlagsFromString(`--${name}=${ms}`)
  // The start alone leaves more than it needs, and little of its code is needed again.
  let settled: number | undefined
  let rests = 0
  let usage = process.cpuUsage()
  let at = performance.now()
  setInterval(() => {
    const { user, system } = process.cpuUsage(usage)
    const now = performance.now()
    rests = (user + system) / 1000 <= restShare * (now - at) ? rests + 1 : 0
    usage = process.cpuUsage()
    at = now
    const { young, old } = sizes()
    const isWorthIt = settled === undefined || young >= youngBytes || old >= settled + grownBytes
    if (!isWorthIt || rests < (settled === undefined ? 1 : restLooks)) return
    if (old < quickHeapBytes) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    else collect({ type: 'minor', execution: 'sync' })
    settled = sizes().old
  }, lookMs).unref()
}
