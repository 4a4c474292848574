import { readFileSync } from 'node:fs'

/** Bytes of memory that a process has. */
export interface Resident {
  /** What it has made itself. */
  readonly own: number
  /** Pages of files, most of them of the program, as far as the system tells them apart. */
  readonly files: number
}

/** @param status as in proc_pid_status(5) */
const read = (status: string): Resident | undefined => {
  const kib = (name: string) => new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  const [own, files] = [kib('RssAnon'), kib('RssFile')]
  return own === undefined || files === undefined ? undefined : { own: Number(own) * 1024, files: Number(files) * 1024 }
}

/** What this process has now. */
export const residentMemory = (): Resident => {
  try {
    const known = read(readFileSync('/proc/self/status', 'latin1'))
    if (known) return known
  } catch {
    // Not Linux, or no /proc.
  }
  return { own: process.memoryUsage.rss(), files: 0 }
}
