import { constants, createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import type { Logger, Rewind } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import { openKeyring } from '../gateway/open-keyring.ts'
import { withOwnDatabase } from '../gateway/with-own-database.ts'
import type { WorldName } from '../process/claim-data-dir.ts'
import { auditStatement } from '../storage/audit-store.ts'
import { serialTables } from '../storage/backup/backup-tables.ts'
import { columnsOf, conflictWith, insertRows, isEmpty, moveSerials, schemaOf } from '../storage/backup/restore-rows.ts'
import { ContentPasses } from '../storage/content/content-passes.ts'
import type { Database } from '../storage/database.ts'
import { createDataKeys } from '../storage/sealing/data-keys.ts'
import { parseMasterKey } from '../storage/sealing/parse-master-key.ts'
import { type BackupHead, type BackupLine, linesIn } from './backup-lines.ts'
import { BackupRefused } from './backup-refused.ts'
import { RestoredRows } from './restored-rows.ts'
import { BackupUnreadable, openStream } from './sealed-stream.ts'

export interface RestoreRequest {
  readonly file: string
  readonly passphrase: string
  /** The gateway was stopped when the backup was made, and never started again. */
  readonly isLastState: boolean
}

export interface RestoreSurroundings {
  readonly createRewind: () => Rewind
  readonly log: Logger
  readonly now?: () => number
}

export interface Restored {
  readonly head: BackupHead
  readonly rows: number
  readonly devices: number
}

/** What a backup says of itself, once all of it was found genuine and whole: before anything is made for it.
 *  @throws BackupRefused, BackupUnreadable also when the passphrase is another one */
export async function readHead(request: Pick<RestoreRequest, 'file' | 'passphrase'>): Promise<BackupHead> {
  await access(request.file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new BackupRefused(`${request.file} cannot be read (${error.code})`, { cause: error })
  })
  let head: BackupHead | undefined
  for await (const line of linesOf(request)) if ('head' in line) head = line.head
  if (head === undefined) throw new BackupUnreadable('The backup has no beginning')
  return head
}

/** Where the devices of a backup live: accounts of the one world would be lost in the other. @throws BackupRefused when the settings name the other world */
export function worldOfBackup({ world }: BackupHead, { sandbox }: Pick<Config, 'sandbox'>): WorldName {
  if (world === 'whatsapp' && sandbox.url !== undefined)
    throw new BackupRefused(
      'The devices of this backup live in the real WhatsApp, and SWITCHBOARD_SANDBOX_URL names a sandbox. Remove that setting, and restore into a directory that no sandbox has',
    )
  return world ?? (sandbox.url ? 'sandbox' : 'whatsapp')
}

/** Puts a backup into the database of a gateway that does not run. The file is read again: nothing is stored before all of it is known to be genuine and whole.
 *  @throws BackupRefused, BackupUnreadable, ConfigError */
export async function runRestore(
  config: Config,
  request: RestoreRequest,
  parts: RestoreSurroundings,
): Promise<Restored> {
  return withOwnDatabase(config, async (database) => {
    const head = await check(database, request)
    const keyring = await openKeyring(config, database, parts.log)
    const keys = createDataKeys([parseMasterKey(config.secrets.masterKey)])
    const { createRewind, now = Date.now } = parts
    const restored = new RestoredRows({ keys, keyring, createRewind, isLastState: request.isLastState })
    const known = await columnsOf(database)
    const counts = { rows: 0, devices: 0 }
    for await (const line of linesOf(request)) {
      if (!('rows' in line)) continue
      const rows = restored.of(line.table, line.rows)
      counts.rows += rows.length
      if (line.table === 'device') counts.devices += rows.length
      const ownKeys = head.apiKeyId !== null && line.table === 'audit'
      const unit = rows.length > 0 ? insertRows(database, known, { table: line.table, rows }, ownKeys) : []
      if (unit.length > 0) await database.commit(unit)
    }
    const what = head.apiKeyId === null ? 'all' : `key:${head.apiKeyId}`
    const audit = { actor: 'system', action: 'backup.restored', target: what, detail: head.takenAt, at: now() }
    const unit = [...moveSerials(database), new ContentPasses(database).again(), auditStatement(database, audit)]
    await database.commit(unit)
    return { head, ...counts }
  })
}

/** @returns the head of a backup that is whole, and fits into this database @throws BackupRefused, BackupUnreadable */
async function check(database: Database, request: RestoreRequest): Promise<BackupHead> {
  let head: BackupHead | undefined
  for await (const line of linesOf(request)) {
    if ('head' in line) head = await fit(database, line.head)
    else if (head === undefined) throw new BackupUnreadable('The backup has no beginning')
    else if ('rows' in line && head.apiKeyId !== null && (serialTables.has(line.table) || line.table === 'device')) {
      for (const row of line.rows) await refuseConflict(database, line.table, row)
    }
  }
  if (head === undefined) throw new BackupUnreadable('The backup has no beginning')
  return head
}

async function fit(database: Database, head: BackupHead): Promise<BackupHead> {
  if (head.format !== 1 || head.schema !== (await schemaOf(database))) {
    throw new BackupRefused(
      `The backup is of version ${head.version} with another schema: restore it with that version, then update`,
    )
  }
  if (head.apiKeyId === null && !(await isEmpty(database))) {
    throw new BackupRefused('This database has customers or devices already. Restore everything into a new database')
  }
  return head
}

async function refuseConflict(
  database: Database,
  table: string,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  const conflict = await conflictWith(database, table, row)
  if (conflict) throw new BackupRefused(`This database has ${conflict} already: two would own one link`)
}

function linesOf({ file, passphrase }: Pick<RestoreRequest, 'file' | 'passphrase'>): AsyncIterable<BackupLine> {
  const plain = Readable.from(openStream(createReadStream(file), passphrase))
  const text = createZstdDecompress()
  // What goes wrong ends the loop that reads the text.
  pipeline(plain, text, () => {})
  return linesIn(text)
}
