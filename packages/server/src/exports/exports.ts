import type { Engine } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import type { Media } from '../media/media.ts'
import type { ServedFile } from '../media/served-file.ts'
import type { BackupRow } from '../storage/backup/snapshot.ts'
import type { Database } from '../storage/database.ts'
import { knownAs } from '../storage/erasure/known-as.ts'
import type { ExportScope } from './export-tenant.ts'

interface ExportsParts {
  readonly database: Database
  readonly engine: Pick<Engine, 'describe'>
  readonly media: Pick<Media, 'keptFile'>
  readonly config: Pick<Config, 'storage'>
  readonly clock: Clock
  readonly version: string
}

/** A snapshot may be a copy of the whole database. */
const mostAtOnce = 2

/** Everything of a customer, a device or a person as one file that is made while it is read. */
export class Exports {
  readonly #parts: ExportsParts
  /** API keys of which one is being made. */
  readonly #running = new Set<number>()

  constructor(parts: ExportsParts) {
    this.#parts = parts
  }

  /** @param scope `person`: an address as the device knows it @param signal aborts when nobody reads any more. @throws AppError rate_limited while too many are made */
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
    const { apiKeyId } = scope
    if (this.#running.has(apiKeyId) || this.#running.size >= mostAtOnce) {
      const words = this.#running.has(apiKeyId)
        ? 'Another export of this customer is'
        : 'Exports of other customers are'
      throw new AppError('rate_limited', `${words} being made`, { retryAfterSeconds: 30 })
    }
    this.#running.add(apiKeyId)
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
        void snapshot.close().finally(() => this.#running.delete(apiKeyId))
      })
      return archive
    } catch (error) {
      this.#running.delete(apiKeyId)
      throw error
    }
  }
}
