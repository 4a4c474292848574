import { flushCompileCache } from 'node:module'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { releaseProgram } from '../memory/release-program.ts'
import { residentMemory } from '../memory/resident.ts'
import { returnFreed } from '../memory/return-freed.ts'

/** How long V8 waits behind a full collection before it looks whether it can give back more, in small steps, and from look to look (ms). Its own are 30 and 8 s.
 *  What it goes by, how much is allocated, it measures at collections only: those of the young generation below tell it that there is rest. */
const reducerDelays = { 'gc-memory-reducer-start-delay-ms': 10_000, 'memory-reducer-delay-ms': 4_000 }

/** From look to look. */
const usualLookMs = 5_000
/** Share of a processor that the process used, up to which it is at rest. How long the event loop was busy would tell of what else the machine does. */
const restShare = 0.05
/** Changes of the database between two looks, up to which nobody asks for anything: a single text makes more. */
const restChanges = 2
/** So many looks in a row find rest before something is given back. What is collected at rest takes compiled code with it, because the shapes of objects of which
 *  none is alive go too: the next messages cost twice as much until it is compiled again. A pause between messages is no rest, and a few messages a second neither. */
const restLooks = 4
/** A heap of so much is collected in a fraction of a second; nothing else is done meanwhile. */
const mostHeapBytes = 192 * 2 ** 20
/** Less of a young generation is not worth that. */
const youngBytes = 12 * 2 ** 20
/** What memory has grown by since the last time. */
const grownBytes = 16 * 2 ** 20

const sizes = (): { young: number; old: number } => {
  const spaces = getHeapSpaceStatistics()
  const of = (name: string) => spaces.find(({ space_name }) => space_name === name)?.space_size ?? 0
  return { young: of('new_space') + of('new_large_object_space'), old: of('old_space') }
}

/** Counts the looks in a row that found something. */
const inARow = (): ((found: boolean) => number) => {
  let looks = 0
  return (found) => (looks = found ? looks + 1 : 0)
}

/** Share of a processor that the process has used since it was asked last. */
const usedShare = (): (() => number) => {
  let usage = process.cpuUsage()
  let at = performance.now()
  return () => {
    const { user, system } = process.cpuUsage(usage)
    const share = (user + system) / 1000 / (performance.now() - at)
    usage = process.cpuUsage()
    at = performance.now()
    return share
  }
}

/** Gives back what the start took and what a busy time leaves: V8 alone does so only while it is allocating, which a gateway at rest hardly does. Where nobody asks
 *  for anything, the heap is collected whole; where messages trickle, and where it is very large, its young generation, which takes a few milliseconds. Without
 *  `--expose-gc`, as in tests, nothing happens. @param changes how many units the database has taken so far */
export const spareMemory = (changes: () => number, lookMs = usualLookMs): void => {
  const collect = globalThis.gc
  if (!collect) return
  // Before the flags change: what is compiled is kept for starts with the same flags.
  flushCompileCache()
  for (const [name, ms] of Object.entries(reducerDelays)) setFlagsFromString(`--${name}=${ms}`)
  // The start alone leaves more than it needs, and little of its code is needed again.
  let settled: number | undefined
  /** Pages of files a look after they were let go of: what is read again at once is needed. */
  let files: number | undefined
  let changed = changes()
  const share = usedShare()
  const calm = inARow()
  const quiet = inARow()
  setInterval(() => {
    const before = changed
    changed = changes()
    const calmLooks = calm(share() <= restShare)
    const quietLooks = quiet(changed - before <= restChanges)
    const needed = settled === undefined ? 1 : restLooks
    const { young, old } = sizes()
    const resident = residentMemory()
    files ??= resident.files
    if (calmLooks >= needed && quietLooks >= needed) {
      const hasMuch = settled === undefined || young >= youngBytes || resident.own >= settled + grownBytes
      const hasRead = resident.files >= files + grownBytes
      if (hasMuch) {
        if (old < mostHeapBytes) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
        else collect({ type: 'minor', execution: 'sync' })
        returnFreed()
        settled = residentMemory().own
      }
      if (hasMuch || hasRead) {
        releaseProgram()
        files = undefined
      }
    } else if (calmLooks >= restLooks && young >= youngBytes) collect({ type: 'minor', execution: 'sync' })
  }, lookMs).unref()
}
