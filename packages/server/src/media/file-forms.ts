import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { MediaContent } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { MediaFileRow, MediaFileStore } from '../storage/media-file-store.ts'
import type { Converter } from './convert/index.ts'
import { type FileFacts, factsFrom, factsOf, outgoingFile, toText, uploadedFrom } from './file-facts.ts'
import { type FileFolder, measure } from './file-folder.ts'
import type { FileSweeper } from './file-sweeper.ts'
import type { Found, InputFiles } from './input-files.ts'
import { contentOf, formName, inForm, type MediaForm } from './media-form.ts'
import type { MediaInput } from './media-input.ts'

/** A file that is ready for a send. The caller releases it, whatever the outcome of the send. */
export interface PreparedFile {
  readonly content: MediaContent
  /** What makes it durable together with the send. */
  readonly statements: readonly Statement[]
  /** Under which it is uploaded before the send leaves; undefined when it is at WhatsApp already. */
  readonly id: string | undefined
  release(): Promise<void>
}

/** One that is here, under its id. */
export interface SharedFile extends PreparedFile {
  readonly fileId: string
}

interface FormParts {
  readonly database: Database
  readonly config: Pick<Config, 'media'>
  readonly folder: FileFolder
  readonly converter: Converter
  readonly store: MediaFileStore
  readonly sweeper: FileSweeper
  readonly inputs: InputFiles
  /** The time by which things are old, Unix ms. */
  readonly age: () => number
}

/** Files in the forms in which they are sent. What is made of an uploaded file is made once, for all the sends that share it. */
export class FileForms {
  readonly #parts: FormParts
  readonly #making = new Map<string, Promise<SharedFile>>()

  constructor(parts: FormParts) {
    this.#parts = parts
  }

  /** An uploaded file in a form. @throws as {@link make} */
  async shared(
    deviceId: string,
    input: MediaInput & { readonly source: 'media_id' },
    form: MediaForm,
    signal?: AbortSignal,
  ): Promise<SharedFile> {
    // What is made of an uploaded file is made once, for all who ask for the same at the same time too.
    const name = `${input.mediaId} ${formName(form)}`
    for (;;) {
      const made = await this.#made(deviceId, input.mediaId, form)
      if (made) return made
      const running = this.#making.get(name)
      if (!running) break
      await running.catch(() => undefined)
    }
    const making = this.make(deviceId, input, form, signal).finally(() => this.#making.delete(name))
    this.#making.set(name, making)
    return making
  }

  /** Brings what a request means into a form, for its send alone.
   *  @throws AppError media_unreadable, media_kind_mismatch, media_conversion_unavailable, media_fetch_failed, media_too_large, media_not_found, media_quota_exceeded */
  async make(deviceId: string, input: MediaInput, form: MediaForm, signal?: AbortSignal): Promise<SharedFile> {
    const found = await this.#parts.inputs.find(deviceId, input, form.kind, signal)
    try {
      await this.checkRoom(deviceId, found.file.bytes)
      return await this.#bring(deviceId, found, form)
    } finally {
      await found.dispose()
    }
  }

  /** What an earlier send made of an uploaded file. */
  async #made(deviceId: string, sourceId: string, form: MediaForm): Promise<SharedFile | undefined> {
    const row = await this.#parts.store.findForm(deviceId, sourceId, formName(form))
    if (!row || Number(row.expires_at) <= this.#parts.age()) return undefined
    this.#parts.sweeper.hold(row.id)
    const uploaded = uploadedFrom(row.uploaded)
    if (!uploaded && !(await this.#parts.folder.has(row.id))) {
      this.#parts.sweeper.letGo(row.id)
      return undefined
    }
    return this.#prepared(row, form, [])
  }

  async #bring(deviceId: string, found: Found, form: MediaForm): Promise<SharedFile> {
    const { converter } = this.#parts
    const prepared = await inForm(converter, found.path, form, found.fileName)
    const isNew = prepared.path !== found.path
    const id = newFileId()
    this.#parts.sweeper.hold(id)
    try {
      const file = isNew ? await measure(prepared.path) : found.file
      const { source } = found
      const row = await this.keep(deviceId, id, {
        ...{ form: formName(form), facts: factsOf(prepared, file, found.fileName), source },
        ...{ path: prepared.path, keeps: !isNew && source !== undefined, keepMs: 0 },
      })
      const insert = this.#parts.store.insert(row)
      // What others may share does not wait for the send that was the first to need it.
      if (source) await this.#parts.database.commit([insert], { lane: deviceId })
      return this.#prepared(row, form, source ? [] : [insert])
    } catch (error) {
      if (isNew) await rm(prepared.path, { force: true })
      await this.#parts.sweeper.drop(id)
      this.#parts.sweeper.letGo(id)
      throw error
    }
  }

  #prepared(row: MediaFileRow, form: MediaForm, statements: readonly Statement[]): SharedFile {
    const uploaded = uploadedFrom(row.uploaded)
    const facts = factsFrom(row.facts)
    let released = false
    return {
      content: contentOf(form, facts, outgoingFile(facts, uploaded)),
      statements,
      id: uploaded ? undefined : row.id,
      fileId: row.id,
      release: async () => {
        if (released) return
        released = true
        this.#parts.sweeper.letGo(row.id)
        if (statements.length > 0) await this.#parts.sweeper.dropUnknown(row)
      },
    }
  }

  /** Puts a file where it outlives the process. @returns its row, which is to be stored */
  async keep(
    deviceId: string,
    id: string,
    given: {
      form: string
      facts: FileFacts
      source: MediaFileRow | undefined
      path: string
      keeps: boolean
      keepMs: number
    },
  ): Promise<MediaFileRow> {
    const { form, facts, source, path, keeps, keepMs } = given
    await this.#parts.folder.put(path, id, keeps)
    const now = this.#parts.age()
    return {
      ...{ device_id: deviceId, id, source_id: source?.id ?? null, form, facts: toText(facts), bytes: facts.size },
      ...{ uploaded: null, created_at: now, expires_at: source ? source.expires_at : now + keepMs },
    }
  }

  /** @throws AppError media_quota_exceeded */
  async checkRoom(deviceId: string, bytes: number): Promise<void> {
    const { deviceBytes } = this.#parts.config.media
    if ((await this.#parts.store.bytesOf(deviceId)) + bytes <= deviceBytes) return
    throw new AppError('media_quota_exceeded', undefined, {
      details: { limit_bytes: deviceBytes },
      retryAfterSeconds: 60,
    })
  }
}

export const newFileId = (): string => `med_${randomBytes(16).toString('base64url')}`
