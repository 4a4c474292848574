import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'

/** How programs that keep a Baileys state in files write the key of a value (seen in: baileys Utils/use-multi-file-auth-state.js). */
const fileName = (key: string): string => key.replaceAll('/', '__').replaceAll(':', '-')

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Cut short when its program was killed: counted as what cannot be read.
    return undefined
  }
}

/** The values in a folder of files `<key>.json`, by key. A folder that is not there has none. */
export async function readKeyFiles(folder: string): Promise<Map<string, unknown>> {
  const state = new Map<string, unknown>()
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (name.endsWith('.json')) state.set(name.slice(0, -5), parsed(await readFile(path.join(folder, name), 'utf8')))
  }
  return state
}

/** The values of a hash that was exported into one JSON file: each is JSON as text, or what that says. */
export async function readKeyHash(file: string): Promise<Map<string, unknown>> {
  const hash = parsed(await readFile(file, 'utf8'))
  const entries = Object.entries(typeof hash === 'object' && hash !== null ? hash : {})
  return new Map(entries.map(([key, value]) => [fileName(key), typeof value === 'string' ? textOf(value) : value]))
}

// A LID alone is a text that is no JSON, or one that is a number.
const textOf = (text: string): unknown => {
  const value = parsed(text)
  return value === undefined || typeof value === 'number' ? text : value
}

export const isFolder = async (place: string): Promise<boolean> =>
  (await stat(place).catch(() => undefined))?.isDirectory() ?? false

export const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name))
