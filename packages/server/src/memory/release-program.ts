import { readFileSync, readlinkSync } from 'node:fs'
import { functionOfC } from './c-functions.ts'

// Seen in: Linux include/uapi/asm-generic/mman-common.h.
const madvDontneed = 4
const madvCold = 20

interface Mapping {
  readonly start: bigint
  readonly end: bigint
}

/** Where code and constants of the program itself stand, and nothing in memory differs from the file. @param smaps as in proc_pid_smaps(5) */
export const unchangedOf = (smaps: string, program: string): Mapping[] =>
  smaps.split(/^(?=[\da-f]+-[\da-f]+ )/m).flatMap((mapping) => {
    const [head = '', ...facts] = mapping.split('\n')
    const [, start, end, permissions, file] = /^([\da-f]+)-([\da-f]+) (\S+) \S+ \S+ \S+ +(.*)$/.exec(head) ?? []
    const isReadOnly = permissions === 'r-xp' || permissions === 'r--p'
    const isUnchanged = facts.some((fact) => /^Anonymous: +0 kB$/.test(fact))
    if (file !== program || !isReadOnly || !isUnchanged) return []
    return [{ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`) }]
  })

/** The same of this process; none where the system does not say. */
export const unchangedHere = (): Mapping[] => {
  try {
    return unchangedOf(readFileSync('/proc/self/smaps', 'latin1'), readlinkSync('/proc/self/exe', 'latin1'))
  } catch {
    return []
  }
}

let advise: ReturnType<typeof functionOfC>

/** Lets go of the pages of the program file that this process has read and may never need again: Node's own code and constants, of which a start touches 50 MiB and a gateway
 *  at rest 20. They stay in the page cache, marked as the first to be taken when memory is short (madvise(2)), and what runs is found there again. Takes some milliseconds.
 *  Elsewhere than on Linux nothing happens. */
export const releaseProgram = (): void => {
  advise ??= functionOfC('madvise', ['u64', 'u64', 'i32']) ?? (() => -1)
  for (const { start, end } of unchangedHere()) {
    for (const advice of [madvCold, madvDontneed]) advise(start, end - start, advice)
  }
}
