import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { type Check, type Finding, fail, inWords, ok, warn } from '../check.ts'

const mib = 1024 ** 2
const leastBytes = 200 * mib
const comfortableBytes = 500 * mib
const leastFiles = 1024
const comfortableFiles = 8192

/** What a cgroup allows, or what the machine has. */
const memoryBytes = (): number => {
  const allowed = process.constrainedMemory()
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem()
}

const memory = (): Finding => {
  const bytes = memoryBytes()
  const cores = availableParallelism()
  const says = `${inWords(bytes)} of memory, ${cores} processor ${cores === 1 ? 'core' : 'cores'}`
  const advice = 'A gateway takes about 150 MiB, and up to half a MiB for each device: allow it more'
  if (bytes < leastBytes) return fail(says, advice)
  return bytes < comfortableBytes ? warn(says, advice) : ok(says)
}

/** As a gateway has it: Node raises the soft limit to the hard one at its start. Undefined where the system does not say. */
const openFiles = (): number | undefined => {
  try {
    const [, most = ''] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return most === 'unlimited' ? Number.POSITIVE_INFINITY : Number(most)
  } catch {
    return undefined
  }
}

const files = (): Finding[] => {
  const most = openFiles()
  if (most === undefined) return []
  const says = `${most} files and connections may be open at the same time`
  const advice =
    'Raise it (ulimit -n, LimitNOFILE of systemd, ulimits of a container): each device and each caller takes one'
  if (most < leastFiles) return [fail(says, advice)]
  return [most < comfortableFiles ? warn(says, advice) : ok(says)]
}

/** What the machine or the container allows this process. */
export const limitsCheck: Check = { name: 'Limits', run: () => [memory(), ...files()] }
