import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { move } from './move.ts'

const isThere = (error: unknown, ...codes: string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '')

/** Files on the disk by their ids, which outlive the process. */
export class FileFolder {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<FileFolder> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new FileFolder(folder)
  }

  path(id: string): string {
    return path.join(this.#folder, id)
  }

  /** Takes a file in under an id; it is on the disk when this resolves. @param keeps the file stays where it was as well */
  async put(from: string, id: string, keeps: boolean): Promise<void> {
    const to = this.path(id)
    if (keeps) await link(from, to).catch(() => copyFile(from, to))
    else await move(from, to)
    await sync(to)
    await sync(this.#folder)
  }

  async remove(id: string): Promise<void> {
    await rm(this.path(id), { force: true })
  }

  /** @param olderThanMs only those that were put there so long ago */
  async ids(olderThanMs = 0): Promise<string[]> {
    const ids = await readdir(this.#folder)
    if (olderThanMs === 0) return ids
    const before = Date.now() - olderThanMs
    const ages = await Promise.all(ids.map((id) => stat(this.path(id)).catch(() => undefined)))
    return ids.filter((_, place) => (ages[place]?.mtimeMs ?? Number.POSITIVE_INFINITY) < before)
  }

  async has(id: string): Promise<boolean> {
    return stat(this.path(id)).then(
      () => true,
      (error) => {
        if (isThere(error, 'ENOENT')) return false
        throw error
      },
    )
  }
}

async function sync(name: string): Promise<void> {
  const file = await open(name, 'r')
  try {
    await file.sync()
  } catch (error) {
    // Some file systems cannot do that to a folder.
    if (!isThere(error, 'EINVAL', 'EPERM', 'EISDIR')) throw error
  } finally {
    await file.close()
  }
}

/** Size and hash of a file, which is never in memory whole. */
export async function measure(name: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(name)) {
    bytes += (chunk as Buffer).length
    hash.update(chunk as Buffer)
  }
  return { bytes, sha256: hash.digest('hex') }
}
