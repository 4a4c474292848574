import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Scrubbed } from '../../database.ts'
import { unitsOf } from './private-file.ts'

const chunkBytes = 1024 * 1024

/** Places in a file where one of the needles stands, a few at most. */
async function search(file: string, needles: readonly Buffer[]): Promise<{ found: number; bytes: number }> {
  if (!existsSync(file)) return { found: 0, bytes: 0 }
  const longest = Math.max(0, ...needles.map(({ length }) => length))
  const handle = await open(file)
  try {
    let [found, bytes] = [0, 0]
    let rest = Buffer.alloc(0)
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, bytes)
      if (bytesRead === 0) return { found, bytes }
      bytes += bytesRead
      // What lies across two chunks is found in the second one.
      const here = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      found += needles.filter((needle) => here.includes(needle)).length
      rest = Buffer.from(here.subarray(Math.max(0, here.length - longest + 1)))
    }
  } finally {
    await handle.close()
  }
}

const inAll = async (files: readonly string[], needles: readonly string[]) => {
  const wanted = needles.map((needle) => Buffer.from(needle))
  let [found, bytes] = [0, 0]
  for (const file of files) {
    const each = await search(file, wanted)
    found += each.found
    bytes += each.bytes
  }
  return { found, bytes }
}

/** See {@link Database.scrub}. Deleted rows are overwritten where they stood; copies that SQLite left of them elsewhere are found here, and go when the whole
 *  file is written anew. */
export async function scrubSqlite(
  file: string,
  clean: (rewrite: boolean) => Promise<void>,
  needles: readonly string[],
): Promise<Scrubbed> {
  const files = [file, `${file}-wal`, unitsOf(file)]
  await clean(needles.length === 0)
  const first = await inAll(files, needles)
  if (first.found === 0) return { rewritten: needles.length === 0, searchedBytes: first.bytes, found: 0 }
  await clean(true)
  const second = await inAll(files, needles)
  return { rewritten: true, searchedBytes: second.bytes, found: second.found }
}
