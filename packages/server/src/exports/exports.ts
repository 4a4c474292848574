import type { Engine } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import type { Media } from '../media/media.ts'
import type { ServedFile } from '../media/served-file.ts'
import type { BackupRow } from '../storage/backup/snapshot.ts'
import type { Database } from '../storage/database.ts'
import { knownAs } from '../storage/erasure/known-as.ts'
import type { ExportScope } from './export-tenant.ts'
import { ExportTurns } from './export-turns.ts'

interface ExportsParts {
  readonly database: Database
  readonly engine: Pick<Engine, 'describe'>
  readonly media: Pick<Media, 'keptFile'>
  readonly config: Pick<Config, 'storage'>
  readonly clock: Clock
  readonly version: string
}

/** Exports of all customers at once, and how long others wait: shorter than most proxies wait for an answer. */
const limits = { most: 3, waitMs: 30_000 } as const

/** Everything of a customer, a device or a person as one file that is made while it is read. */
export class Exports {
  readonly #parts: ExportsParts
  readonly #turns = new ExportTurns(limits)

  constructor(parts: ExportsParts) {
    this.#parts = parts
  }

  /** @param scope `person`: an address as the device knows it @param signal aborts when nobody reads any more. @throws AppError rate_limited, as {@link ExportTurns.take} */
  async open(
    scope: Omit<ExportScope, 'person'> & { readonly person?: string | undefined },
    signal: AbortSignal,
  ): Promise<ServedFile> {
    const { database, clock } = this.#parts
    const { person, deviceId } = scope
    const known = person === undefined || deviceId === undefined ? undefined : await knownAs(database, deviceId, person)
    const day = new Date(clock.now()).toISOString().slice(0, 10)
    const about = person === undefined ? (deviceId ?? `customer-${scope.apiKeyId}`) : `person-${deviceId}`
    return {
      mimetype: 'application/gzip',
      fileName: `switchboard-${about}-${day}.tar.gz`,
      seekable: false,
      open: async () => this.#archive({ ...scope, person: known }, signal),
    }
  }

  async #archive(scope: ExportScope, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const release = await this.#turns.take(scope.apiKeyId, signal)
    try {
      const { compressed, opened, takeSnapshot, TenantExport } = await import('./archive.ts')
      const { database, config, clock, media, engine, version } = this.#parts
      const { type, uri } = config.storage
      const snapshot = await takeSnapshot(type === 'sqlite' ? { type, file: uri } : { type, uri })
      const takenAt = clock.now()
      const opening = (table: string, rows: readonly BackupRow[]) => opened(database, table, rows)
      const made = new TenantExport(
        { snapshot, engine, version, takenAt, opened: opening, file: media.keptFile },
        scope,
      )
      const archive = compressed(made, takenAt, signal)
      archive.once('close', () => {
        void snapshot.close().finally(release)
      })
      return archive
    } catch (error) {
      release()
      throw error
    }
  }
}
