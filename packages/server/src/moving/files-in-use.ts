import { readdir, readlink, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ForeignDatabase } from '../storage/sources/foreign-database.ts'
import { counted } from './counted.ts'

/** A program that works with its files changes them at least with each message. */
const restsAfterMs = 60_000

async function newestChange(files: readonly string[]): Promise<{ file: string; at: number } | undefined> {
  let newest: { file: string; at: number } | undefined
  for (const file of files) {
    const at = (await stat(file).catch(() => undefined))?.mtimeMs
    if (at !== undefined && at > (newest?.at ?? 0)) newest = { file, at }
  }
  return newest
}

/** Numbers of other processes that have one of these files open. Linux alone says so, and only of processes that this one may look at. */
async function openedBy(files: readonly string[]): Promise<string[]> {
  const real = new Set(await Promise.all(files.map((file) => realpath(file).catch(() => file))))
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const holds = async (pid: string): Promise<boolean> => {
    const folder = `/proc/${pid}/fd`
    const handles = await readdir(folder).catch(() => [])
    const targets = await Promise.all(handles.map((handle) => readlink(path.join(folder, handle)).catch(() => '')))
    return targets.some((target) => real.has(target))
  }
  const found = await Promise.all(processes.map(async (pid) => ((await holds(pid)) ? [pid] : [])))
  return found.flat().filter((pid) => pid !== String(process.pid))
}

/** What speaks for a program that still works with these files; undefined when they rest. @param now Unix ms */
export async function filesInUse(files: readonly string[], now = Date.now()): Promise<string | undefined> {
  const newest = await newestChange(files)
  if (newest && now - newest.at < restsAfterMs) {
    return `${newest.file} was changed ${Math.max(0, Math.round((now - newest.at) / 1000))} s ago`
  }
  const [pid] = await openedBy(files)
  return pid && `process ${pid} has it open`
}

/** The same for a database, and files that belong to it. */
export async function databaseInUse(
  database: ForeignDatabase,
  files: readonly string[] = [],
): Promise<string | undefined> {
  const connected = await database.connected()
  if (connected > 0) return `${counted(connected, 'other connection')} to the database`
  return filesInUse([...database.files, ...files])
}
