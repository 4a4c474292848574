import { readdirSync, readFileSync } from 'node:fs'

/** What a process has used, from `/proc` (Linux). */
export interface ProcessUsage {
  /** Of all threads that run now, to the microsecond. (The figures of the process itself come in steps of 10 ms.) */
  readonly cpuMs: number
  readonly residentMiB: number
}

export function processUsage(pid: number): ProcessUsage {
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.reduce((sum, id) => sum + Number.parseInt(schedule(pid, id), 10), 0)
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return { cpuMs: nanoseconds / 1e6, residentMiB: Number(resident?.[1] ?? 0) / 1024 }
}

const schedule = (pid: number, thread: string): string => {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')
  } catch (error) {
    // It ended since the folder was read.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '0'
    throw error
  }
}

/** Bytes that a process has caused to be written to a disk, those of its children included that have ended. Nothing on a file system in memory. */
export const writtenBytes = (pid: number | 'self'): number =>
  Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
