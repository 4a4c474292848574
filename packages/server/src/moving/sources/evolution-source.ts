import { existsSync } from 'node:fs'
import path from 'node:path'
import type { ForeignRow, LinkReaders } from '@switchboard/engine'
import type { ForeignDatabase } from '../../storage/sources/foreign-database.ts'
import { counted } from '../counted.ts'
import { databaseInUse } from '../files-in-use.ts'
import { type MovingSource, type SourceDevice, SourceRefused } from '../moving-source.ts'
import { filesIn, isFolder, readKeyFiles, readKeyHash } from './key-files.ts'
import { linkOrRefusal } from './link-or-refusal.ts'
import { openSourceDatabase } from './open-source-database.ts'

/** The rest of the instances are links to WhatsApp's own interface for companies, which needs none of ours. */
const integration = 'WHATSAPP-BAILEYS'

/** Evolution's PostgreSQL has the credentials of each instance, and a folder the rest of its link (seen in: evolution-api 2.3.6 prisma/postgresql-schema.prisma,
 *  src/utils/use-multi-file-auth-state-prisma.ts). @param folder its `instances`; with Redis one with an exported hash `<id>.json` each. @throws SourceRefused */
export async function openEvolution(
  uri: string,
  folder: string | undefined,
  readers: LinkReaders,
): Promise<MovingSource> {
  if (folder !== undefined && !(await isFolder(folder))) throw new SourceRefused(`${folder} is no folder`)
  const database = await openSourceDatabase(uri)
  try {
    for (const table of ['Instance', 'Session']) {
      if (!(await database.hasTable(table)))
        throw new SourceRefused(`This database has no table "${table}": it is none of Evolution`)
    }
    return await sourceOf(database, folder, readers)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function sourceOf(
  database: ForeignDatabase,
  folder: string | undefined,
  readers: LinkReaders,
): Promise<MovingSource> {
  const instances = (await database.rows('Instance')).filter(
    (row) => (row['integration'] ?? integration) === integration,
  )
  const kept = (id: string) => keysOf(folder, id)
  const files = async () => (await Promise.all(instances.map(async ({ id }) => (await kept(String(id))).files))).flat()
  return {
    title: `Evolution, ${counted(instances.length, 'instance')}`,
    notes: [
      ...(folder === undefined ? ['Without --instances only the credentials are there: all sessions begin anew.'] : []),
      'Webhooks and integrations of an instance stay behind, and its token is no credential here.',
    ],
    tenants: [],
    inUse: async () => databaseInUse(database, await files()),
    async *devices(): AsyncGenerator<SourceDevice> {
      for (const row of instances)
        yield deviceOf(row, await credsOf(database, String(row['id'])), await kept(String(row['id'])), readers)
    },
    close: () => database.close(),
  }
}

interface Keys {
  readonly files: readonly string[]
  readonly read: (() => Promise<Map<string, unknown>>) | undefined
}

async function keysOf(folder: string | undefined, id: string): Promise<Keys> {
  const none = { files: [], read: undefined }
  // The id is a name of a file here: one that is a path is none of Evolution.
  if (folder === undefined || !/^[\w-]+$/.test(id)) return none
  const [own, hash] = [path.join(folder, id), path.join(folder, `${id}.json`)]
  if (await isFolder(own)) return { files: await filesIn(own), read: () => readKeyFiles(own) }
  return existsSync(hash) ? { files: [hash], read: () => readKeyHash(hash) } : none
}

/** JSON in JSON. */
async function credsOf(database: ForeignDatabase, id: string): Promise<unknown> {
  const [row] = await database.rows('Session', 'sessionId', id)
  const text = row?.['creds']
  if (typeof text !== 'string') return undefined
  try {
    const once: unknown = JSON.parse(text)
    return typeof once === 'string' ? JSON.parse(once) : once
  } catch {
    return undefined
  }
}

async function deviceOf(row: ForeignRow, creds: unknown, keys: Keys, readers: LinkReaders): Promise<SourceDevice> {
  const state = (await keys.read?.()) ?? new Map<string, unknown>()
  const hasKeys = state.size > 0
  if (creds !== undefined) state.set('creds', creds)
  const name = String(row['name'] ?? row['id'])
  return {
    name,
    link: state.has('creds') ? linkOrRefusal(() => readers.baileys(state)) : undefined,
    ...{ contacts: [], chats: [] },
    leftOut: hasKeys
      ? []
      : ['its keys were not found: sessions begin anew, and what is under way comes with a second try.'],
  }
}
