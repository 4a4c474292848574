import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import type { Config } from '../config/config.ts'
import { openStore, snapshotOfStore } from '../gateway/open-store.ts'
import { type WorldName, wantedWorld, worldOf } from '../process/claim-data-dir.ts'
import { version } from '../process/version.ts'
import type { BackupRow, Snapshot } from '../storage/backup/snapshot.ts'
import { tryToClaim } from '../storage/claim-database.ts'
import type { DatabaseTarget } from '../storage/open-database.ts'
import { keyScope } from '../storage/scope.ts'
import { createDataKeys, type DataKeys } from '../storage/sealing/data-keys.ts'
import { parseMasterKey } from '../storage/sealing/parse-master-key.ts'
import { syncFolder } from '../storage/sync-folder.ts'
import { type BackupHead, type BackupLine, lineOf } from './backup-lines.ts'
import { BackupRefused } from './backup-refused.ts'
import { markOfTokens } from './mark-of-tokens.ts'
import { sealStream } from './sealed-stream.ts'

export interface BackupRequest {
  readonly file: string
  readonly passphrase: string
  /** Only what belongs to it; undefined: everything. */
  readonly apiKeyId: number | undefined
}

/** An empty backup would look like a good one until the day it is needed. @throws BackupRefused where no gateway has ever worked */
export function refuseWithoutDatabase({ storage }: Pick<Config, 'storage'>): void {
  if (storage.type !== 'sqlite' || existsSync(storage.uri)) return
  throw new BackupRefused(
    `There is no database ${storage.uri}: no gateway has worked here. SWITCHBOARD_DATA_DIR names the data directory of the gateway`,
  )
}

/** Writes a backup of one moment into a file that only its owner may read. A gateway may work with the database meanwhile. @returns how many rows it has
 *  @throws BackupRefused, ConfigError */
export async function runBackup(
  config: Config,
  { file, passphrase, apiKeyId }: BackupRequest,
  now = Date.now(),
): Promise<number> {
  const { type, uri } = config.storage
  const target: DatabaseTarget = type === 'sqlite' ? { type, file: uri } : { type, uri }
  const release = await settle(target)
  try {
    const snapshot = await snapshotOfStore(target)
    const masterKeys = [config.secrets.masterKey, ...config.storage.formerMasterKeys].map(parseMasterKey)
    const keys = createDataKeys(masterKeys as [Uint8Array, ...Uint8Array[]])
    const counter = { rows: 0 }
    const world = worldOf(config.storage.dataDir) ?? wantedWorld(config)
    const wish = { apiKeyId, world, tokens: markOfTokens(config.secrets.jwtSecret), now, counter }
    try {
      await write(file, sealStream(compressed(linesOf(snapshot, keys, wish)), passphrase))
    } finally {
      await snapshot.close()
    }
    return counter.rows
  } finally {
    await release?.()
  }
}

/** What a gateway that was killed left in its log is applied first. One that runs does that by itself, every few seconds. */
async function settle(target: DatabaseTarget): Promise<(() => Promise<void>) | undefined> {
  if (target.type === 'postgres') return undefined
  const release = await tryToClaim(target)
  if (!release) return undefined
  try {
    await (await openStore(target, {})).close()
  } catch (error) {
    await release()
    throw error
  }
  return release
}

interface Wish {
  readonly apiKeyId: number | undefined
  readonly world: WorldName
  readonly tokens: string
  readonly now: number
  readonly counter: { rows: number }
}

async function* linesOf(snapshot: Snapshot, keys: DataKeys, wish: Wish): AsyncGenerator<Uint8Array> {
  const say = (line: BackupLine): Uint8Array => lineOf(line)
  const { apiKeyId, counter } = wish
  yield say({ head: await headOf(snapshot, wish) })
  for (const table of snapshot.tables) {
    for await (const rows of snapshot.rows(table, apiKeyId)) {
      counter.rows += rows.length
      yield say({ table, rows: rows.map((row) => portable(table, row, keys)) })
    }
    if (table === 'api_key' && apiKeyId !== undefined && counter.rows === 0)
      throw new BackupRefused(`There is no API key ${apiKeyId}`)
  }
  yield say({ end: counter.rows })
}

async function headOf(snapshot: Snapshot, { apiKeyId, world, tokens, now }: Wish): Promise<BackupHead> {
  const schema = await snapshot.schema()
  return { format: 1, schema, version, takenAt: new Date(now).toISOString(), world, tokens, apiKeyId: apiKeyId ?? null }
}

/** Data keys leave the master key: a restored gateway may have another one. The whole backup is sealed. */
function portable(table: string, row: BackupRow, keys: DataKeys): BackupRow {
  const sealed = row['data_key_sealed']
  if (!(sealed instanceof Uint8Array)) return row
  const scope = table === 'device' ? String(row['id']) : keyScope(Number(row['id']))
  return { ...row, data_key_sealed: keys.open(scope, sealed) }
}

async function* compressed(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createZstdCompress()
  // A failure of the source ends the stream, and with it this loop.
  const done = pipeline(Readable.from(plain), stream)
  done.catch(() => {})
  yield* stream
  await done
}

/** A backup that is not whole never has the name of one, and one that is there is not written over. */
async function write(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  if (existsSync(file)) throw new BackupRefused(`${file} is there already`)
  const draft = `${file}.part`
  const unusable = (error: NodeJS.ErrnoException) =>
    new BackupRefused(`${draft} cannot be written (${error.code})`, { cause: error })
  const handle = await open(draft, 'wx', 0o600).catch((error) => {
    throw unusable(error)
  })
  try {
    await handle.writeFile(bytes)
    await handle.sync()
    await rename(draft, file)
    syncFolder(path.dirname(path.resolve(file)))
  } catch (error) {
    await rm(draft, { force: true })
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? unusable(error as NodeJS.ErrnoException) : error
  } finally {
    await handle.close()
  }
}
