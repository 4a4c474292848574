import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgresCluster } from '../../packages/server/src/storage/testing/embedded-postgres.ts'

/** Where a gateway keeps everything. */
export interface Store {
  readonly dataDir: string
  /** What its environment needs to say about it. */
  readonly env: Readonly<Record<string, string>>
  remove(): Promise<void>
}

export interface PostgresStore extends Store {
  readonly cluster: PostgresCluster
  /** URI of its database. */
  readonly uri: string
}

/** Why there is none on this machine. */
export interface Unavailable {
  readonly cannotStart: string
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'switchboard-story-'))

/** The embedded default: nothing but a folder. */
export async function sqliteStore(): Promise<Store> {
  const dataDir = newFolder()
  return { dataDir, env: {}, remove: async () => rmSync(dataDir, { recursive: true, force: true }) }
}

/** A PostgreSQL of its own. */
export async function postgresStore(): Promise<PostgresStore | Unavailable> {
  const cluster = await PostgresCluster.create().catch((error: Error) => error)
  if (cluster instanceof Error) return { cannotStart: `PostgreSQL cannot start here: ${cluster.message}` }
  const dataDir = newFolder()
  const uri = cluster.uri('postgres')
  return {
    cluster,
    uri,
    dataDir,
    env: {
      WHATSAPP_DATASTORE_URI: uri,
      SWITCHBOARD_MASTER_KEY: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
    },
    async remove() {
      await cluster.remove()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
