import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { LinkReaders } from '@switchboard/engine'
import { counted } from '../counted.ts'
import { filesInUse } from '../files-in-use.ts'
import { type MovingSource, type SourceDevice, SourceRefused } from '../moving-source.ts'
import { filesIn, isFolder, readKeyFiles } from './key-files.ts'
import { linkOrRefusal } from './link-or-refusal.ts'

/** Baileys' multi-file state: a folder with `creds.json`, or a folder of such folders. @throws SourceRefused */
export async function openBaileys(folder: string, readers: LinkReaders): Promise<MovingSource> {
  if (!(await isFolder(folder))) throw new SourceRefused(`${folder} is no folder`)
  const folders = await statesIn(folder)
  if (folders.length === 0) throw new SourceRefused(`${folder} has no creds.json, and no folders with one`)
  return {
    title: `Baileys, ${counted(folders.length, 'folder')}`,
    notes: ['Names, pins and labels come from the phone with the first connection; messages of before stay behind.'],
    tenants: [],
    inUse: async () => filesInUse((await Promise.all(folders.map(filesIn))).flat()),
    async *devices(): AsyncGenerator<SourceDevice> {
      for (const each of folders) {
        const state = await readKeyFiles(each)
        yield {
          name: path.basename(path.resolve(each)),
          link: linkOrRefusal(() => readers.baileys(state)),
          ...{ contacts: [], chats: [], leftOut: [] },
        }
      }
    },
    close: async () => {},
  }
}

async function statesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const hasCreds = async (each: string) => (await readdir(each)).includes('creds.json')
  if (await hasCreds(folder)) return [folder]
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name))
  const found = await Promise.all(below.map(async (each) => ((await hasCreds(each)) ? [each] : [])))
  return found.flat().sort()
}
