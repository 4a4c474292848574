import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Engine } from '@switchboard/engine'
import type { BackupRow, Snapshot } from '../storage/backup/snapshot.ts'
import { exportedTables, secretColumns } from './exported-tables.ts'
import { OnePerson } from './one-person.ts'
import type { TarEntry } from './tar.ts'

/** Rises when something is named otherwise or has gone. What is added changes nothing. */
export const exportFormat = 1

/** What an export is about. */
export interface ExportScope {
  readonly apiKeyId: number
  /** One device alone; undefined: all of the API key. */
  readonly deviceId?: string | undefined
  /** One person alone: every address that it is known by. */
  readonly person?: readonly string[] | undefined
}

interface ExportParts {
  readonly snapshot: Snapshot
  /** Rows as they were before what people wrote in them was sealed. */
  readonly opened: (table: string, rows: readonly BackupRow[]) => Promise<readonly BackupRow[]> | readonly BackupRow[]
  readonly engine: Pick<Engine, 'describe'>
  readonly version: string
  readonly takenAt: number
  /** Bytes of a file that is kept; undefined when it is not there. */
  readonly file: (apiKeyId: number, sha256: string) => Promise<AsyncIterable<Uint8Array> | undefined>
}

interface Listed {
  readonly name: string
  readonly size: number
  readonly sha256: string
  readonly rows?: number
}

/** Lines are gathered up to so many bytes: a file of the archive must be of a known size before it begins. */
const partBytes = 1024 * 1024

/** Rows that are looked at in one turn of the event loop. */
const rowsAtOnce = 50

const inJson = (_name: string, value: unknown): unknown => {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown }
  if (type === 'Buffer' && Array.isArray(data)) return Buffer.from(data as number[]).toString('base64')
  if (typeof value === 'bigint') return Number(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

/** Everything of a customer, a device or a person, as files of an archive, with bounded memory: a description first, lines of JSON by table, files of messages,
 *  and at the end a list of all with their hashes. */
export class TenantExport {
  readonly #parts: ExportParts
  readonly #scope: ExportScope
  readonly #listed: Listed[] = []
  readonly #missing: string[] = []
  readonly #person: OnePerson | undefined
  readonly #files = new Map<string, number>()

  constructor(parts: ExportParts, scope: ExportScope) {
    this.#parts = parts
    this.#scope = scope
    this.#person = scope.person && new OnePerson(scope.person)
  }

  async *entries(): AsyncGenerator<TarEntry> {
    yield this.#entry('format.json', this.#description())
    if (this.#person) await this.#find(this.#person)
    for (const table of exportedTables) yield* this.#table(table)
    yield* this.#media()
    yield this.#entry('manifest.json', this.#manifest())
  }

  #description(): string {
    const { version, takenAt } = this.#parts
    const { apiKeyId, deviceId, person } = this.#scope
    const about = {
      format: exportFormat,
      made_by: `switchboard ${version}`,
      taken_at: new Date(takenAt).toISOString(),
      api_key_id: apiKeyId,
      device_id: deviceId ?? null,
      person: person ?? null,
      files: {
        '<table>-<number>.ndjson':
          'one JSON object a line, one line a row; `content` of a message is what its `body` says, which is not in an export of one person',
        'media/<sha256>': 'a file of a message, named by its hash',
        'manifest.json': 'the last file: every other one with its size and SHA-256',
      },
      conventions:
        'Instants are Unix milliseconds, flags 0 or 1, bytes base64. Secrets and keys are never in an export.',
    }
    return `${JSON.stringify(about, null, 2)}\n`
  }

  #manifest(): string {
    return `${JSON.stringify({ format: exportFormat, files: this.#listed, missing_media: this.#missing }, null, 2)}\n`
  }

  #entry(name: string, content: string, rows?: number): TarEntry {
    const bytes = Buffer.from(content)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    this.#listed.push({ name, size: bytes.byteLength, sha256, ...(rows !== undefined && { rows }) })
    return { name, size: bytes.byteLength, content: [bytes] }
  }

  async #find(person: OnePerson): Promise<void> {
    for await (const rows of this.#pages('device')) for (const row of rows) person.readDevice(row)
    for await (const rows of this.#pages('message')) for (const row of rows) person.readMessage(row)
  }

  /** Those of the device, as they are stored. A database that answers at once, and whole tables of which nothing is wanted, let others have their turn. */
  async *#pages(table: string): AsyncGenerator<readonly BackupRow[]> {
    for await (const rows of this.#parts.snapshot.rows(table, this.#scope.apiKeyId)) {
      for (let at = 0; at < rows.length; at += rowsAtOnce) {
        yield rows.slice(at, at + rowsAtOnce).filter((row) => this.#isOfDevice(table, row))
        await nextTurn()
      }
    }
  }

  #isOfDevice(table: string, row: BackupRow): boolean {
    const { deviceId } = this.#scope
    if (deviceId === undefined) return true
    if (table === 'device') return row['id'] === deviceId
    if (table === 'audit') return row['target'] === deviceId
    return row['device_id'] === deviceId
  }

  async *#table(table: string): AsyncGenerator<TarEntry> {
    const { snapshot, opened } = this.#parts
    if (!snapshot.tables.includes(table)) return
    let [lines, bytes, part] = [[] as string[], 0, 0]
    const flush = () => {
      const entry = this.#entry(`${table}-${String(++part).padStart(6, '0')}.ndjson`, lines.join(''), lines.length)
      ;[lines, bytes] = [[], 0]
      return entry
    }
    for await (const rows of this.#pages(table)) {
      for (const row of await opened(table, rows)) {
        if (this.#person && !this.#person.has(table, row)) continue
        this.#noteFile(table, row)
        const line = `${JSON.stringify(this.#shown(table, row), inJson)}\n`
        lines.push(line)
        bytes += line.length
        if (bytes >= partBytes) yield flush()
      }
    }
    if (lines.length > 0) yield flush()
  }

  #noteFile(table: string, row: BackupRow): void {
    if (table === 'message_media' && typeof row['sha256'] === 'string') {
      this.#files.set(row['sha256'], Number(row['size'] ?? 0))
    }
  }

  #shown(table: string, row: BackupRow): unknown {
    const { content, ...shown } = this.#read(table, row)
    if (this.#person) return this.#person.shown(table, shown, content)
    return content === undefined ? shown : { ...shown, content }
  }

  #read(table: string, row: BackupRow): Record<string, unknown> {
    const shown = Object.fromEntries(Object.entries(row).filter(([column]) => !secretColumns.has(column)))
    const { body } = row
    if ((table === 'message' || table === 'proposal' || table === 'send_intent') && body instanceof Uint8Array) {
      return { ...shown, content: this.#describe(body) }
    }
    return table === 'event' ? { ...shown, payload: parsed(row['payload']) } : shown
  }

  #describe(body: Uint8Array): unknown {
    try {
      return this.#parts.engine.describe(body)
    } catch {
      return null
    }
  }

  async *#media(): AsyncGenerator<TarEntry> {
    for (const [sha256, size] of this.#files) {
      const content = /^[0-9a-f]{64}$/.test(sha256) ? await this.#parts.file(this.#scope.apiKeyId, sha256) : undefined
      if (!content) {
        this.#missing.push(sha256)
        continue
      }
      const name = `media/${sha256}`
      this.#listed.push({ name, size, sha256 })
      yield { name, size, content }
    }
  }
}

const parsed = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text))
  } catch {
    return text
  }
}
