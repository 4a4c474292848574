import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Engine, Logger, MediaContent, UploadedFile, Uploads } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from '../storage/database.ts'
import { type MediaFileRow, MediaFileStore } from '../storage/media-file-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import type { Outbound } from '../webhooks/outbound.ts'
import type { Converter } from './convert/index.ts'
import { fetchFile } from './fetch-file.ts'
import { type FileFacts, factsFrom, factsOf, outgoingFile, toText, uploadedFrom } from './file-facts.ts'
import { type FileFolder, measure } from './file-folder.ts'
import { FileSweeper } from './file-sweeper.ts'
import { FileUploads } from './file-uploads.ts'
import { type MediaKind, tooLarge } from './limits.ts'
import { contentOf, formName, inForm, type MediaForm } from './media-form.ts'
import type { MediaInput } from './media-input.ts'
import { fileNameIn, safeFileName } from './safe-file-name.ts'
import type { Spool } from './spool.ts'

interface OutgoingParts {
  readonly database: Database
  readonly engine: Pick<Engine, 'mediaIn'>
  readonly config: Pick<Config, 'media'>
  readonly folder: FileFolder
  readonly spool: Spool
  readonly converter: Converter
  readonly outbound: Outbound
  /** The time by which things are old, Unix ms. */
  readonly age: () => number
  readonly logger: Logger
}

/** A file as its sender may name it again. */
export interface StoredUpload {
  readonly id: string
  readonly facts: FileFacts
  readonly expiresAt: number
}

/** A file that is ready for a send. The caller releases it, whatever the outcome of the send. */
export interface PreparedFile {
  readonly content: MediaContent
  /** What makes it durable together with the send. */
  readonly statements: readonly Statement[]
  /** Under which it is uploaded before the send leaves; undefined when it is at WhatsApp already. */
  readonly id: string | undefined
  release(): Promise<void>
}

interface PrepareOptions {
  /** Ends the fetching of a file that is elsewhere. */
  readonly signal?: AbortSignal
  /** The send leaves some day: where the file is at WhatsApp now says nothing about then. */
  readonly later?: boolean
}

/** One that is here, under its id. */
interface SharedFile extends PreparedFile {
  readonly fileId: string
}

/** The bytes that a send is to be made of. */
interface Found {
  readonly path: string
  readonly file: { readonly bytes: number; readonly sha256: string }
  readonly fileName: string | undefined
  /** The uploaded file that it is. */
  readonly source?: MediaFileRow
  dispose(): Promise<void>
}

/** Under `form`: as it was uploaded. */
const original = 'original'

const notFound = (words?: string) => new AppError('media_not_found', words)

/** Files on their way out: brought into form, kept on the disk until their send has left, and uploaded once for all the sends that share them. */
export class OutgoingFiles {
  readonly #parts: OutgoingParts
  readonly #store: MediaFileStore
  readonly #messages: MessageStore
  readonly #making = new Map<string, Promise<SharedFile>>()
  readonly #uploads: FileUploads
  readonly #sweeper: FileSweeper

  constructor(parts: OutgoingParts) {
    this.#parts = parts
    this.#store = new MediaFileStore(parts.database)
    this.#messages = new MessageStore(parts.database)
    this.#uploads = new FileUploads({ ...parts, store: this.#store })
    this.#sweeper = new FileSweeper({ ...parts, store: this.#store })
  }

  /** Removes what nobody needs any more, now and from time to time. */
  start(): void {
    this.#sweeper.start()
  }

  async stop(): Promise<void> {
    await this.#sweeper.stop()
    await this.#parts.outbound.close()
  }

  /** Keeps a file for later sends. @throws AppError media_unreadable, media_fetch_failed, media_too_large, media_not_found, media_quota_exceeded */
  async keep(deviceId: string, input: MediaInput, fileName?: string, signal?: AbortSignal): Promise<StoredUpload> {
    const { converter, database, config } = this.#parts
    const found = await this.#find(deviceId, input, 'document', signal)
    const id = newId()
    this.#sweeper.hold(id)
    try {
      await this.#checkRoom(deviceId, found.file.bytes)
      const name = safeFileName(fileName) ?? found.fileName
      const probed = await converter.probe(found.path, name)
      const row = await this.#take(deviceId, id, {
        ...{ form: original, facts: factsOf({ probed }, found.file, name), source: undefined },
        ...{ path: found.path, keeps: found.source !== undefined, keepMs: config.media.uploadKeepMs },
      })
      await database.commit([this.#store.insert(row)])
      return keptFile(row)
    } catch (error) {
      await this.#sweeper.drop(id)
      throw error
    } finally {
      this.#sweeper.letGo(id)
      await found.dispose()
    }
  }

  /** A file that was kept. @throws AppError media_not_found */
  async kept(deviceId: string, id: string): Promise<StoredUpload> {
    return keptFile(await this.#original(deviceId, id))
  }

  /** Brings a file into the form in which it is sent.
   *  @throws AppError media_unreadable, media_kind_mismatch, media_conversion_unavailable, media_fetch_failed, media_too_large, media_not_found, media_quota_exceeded */
  async prepare(
    deviceId: string,
    input: MediaInput,
    given: MediaForm,
    { signal, later = false }: PrepareOptions = {},
  ): Promise<PreparedFile> {
    if (input.source === 'message_id') return this.#again(deviceId, input.messageId, given)
    const form = withSafeName(given)
    if (input.source !== 'media_id') return this.#makeOf(deviceId, input, form, signal)
    const { facts } = await this.#original(deviceId, input.mediaId)
    const shared = await this.#shared(deviceId, input, withSafeName(form, factsFrom(facts)), signal)
    return later ? { ...shared, id: shared.id ?? shared.fileId, content: withoutPlace(shared.content) } : shared
  }

  /** Brings a file into form and to WhatsApp as it is, for a post in a channel: everybody may read it there.
   *  @throws AppError as {@link prepare}; what {@link Uploads} throws */
  async openly(
    deviceId: string,
    input: MediaInput,
    form: MediaForm,
    { uploads, signal }: { readonly uploads: Uploads; readonly signal: AbortSignal },
  ): Promise<{ readonly content: MediaContent; readonly handle: string }> {
    if (input.source === 'message_id') {
      throw notFound('The file of a message is encrypted at WhatsApp: a channel needs the file itself')
    }
    const found = await this.prepare(deviceId, input, form, { signal, later: true })
    try {
      const { id, content } = found
      if (id === undefined) throw notFound()
      const { handle, directPath, url } = await this.#uploads.openly(deviceId, { id, kind: form.kind }, uploads)
      return { content: { ...content, file: { ...content.file, open: { directPath, url } } }, handle }
    } finally {
      await found.release()
    }
  }

  async #shared(
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
    const making = this.#makeOf(deviceId, input, form, signal).finally(() => this.#making.delete(name))
    this.#making.set(name, making)
    return making
  }

  async #makeOf(deviceId: string, input: MediaInput, form: MediaForm, signal?: AbortSignal): Promise<SharedFile> {
    const found = await this.#find(deviceId, input, form.kind, signal)
    try {
      await this.#checkRoom(deviceId, found.file.bytes)
      return await this.#make(deviceId, found, form)
    } finally {
      await found.dispose()
    }
  }

  /** Lends the bytes that a request means to `work`; its own copy is gone when that has ended.
   *  @param openFile opens the file of a message. @throws AppError media_fetch_failed, media_too_large, media_not_found; what `openFile` and `work` throw */
  async lend<Result>(
    deviceId: string,
    input: MediaInput,
    kind: MediaKind,
    work: (path: string) => Promise<Result>,
    given: {
      readonly openFile: (messageId: string) => Promise<AsyncIterable<Uint8Array>>
      readonly signal?: AbortSignal
    },
  ): Promise<Result> {
    const { path, dispose } =
      input.source === 'message_id'
        ? await this.#takeIn(await given.openFile(input.messageId), kind)
        : await this.#find(deviceId, input, kind, given.signal)
    try {
      return await work(path)
    } finally {
      await dispose()
    }
  }

  async #takeIn(source: AsyncIterable<Uint8Array>, kind: MediaKind): Promise<Pick<Found, 'path' | 'dispose'>> {
    const { spool, config } = this.#parts
    const { limits } = config.media
    const { path, remove } = await spool.take(source, limits[kind], () => tooLarge(kind, limits))
    return { path, dispose: remove }
  }

  /** Where a file is at WhatsApp. It is brought there when it is not yet, once for all who ask. @throws what {@link Uploads} throws, {@link FileLost} */
  upload(deviceId: string, id: string, uploads: Uploads): Promise<UploadedFile> {
    return this.#uploads.upload(deviceId, id, uploads)
  }

  /** Removes a file unless somebody may still need it. Never rejects. */
  release(deviceId: string, id: string): Promise<void> {
    return this.#sweeper.release(deviceId, id)
  }

  /** The file of a stored message, without moving a byte. */
  async #again(deviceId: string, messageId: string, form: MediaForm): Promise<PreparedFile> {
    const message = await this.#messages.find(deviceId, messageId)
    if (!message) throw new AppError('message_not_found')
    const found = message.body && this.#parts.engine.mediaIn(message.body)
    if (!found) throw notFound('The message has no file that could be sent again')
    if (found.type !== form.kind) {
      const words = `The file of the message was sent as ${found.type}`
      throw new AppError('media_kind_mismatch', words, {
        details: { mimetype: found.file.mimetype, takes: [form.kind] },
      })
    }
    const name = form.kind === 'document' ? safeFileName(form.fileName) : undefined
    const content = found.type === 'document' && name !== undefined ? { ...found, fileName: name } : found
    return { content, statements: [], id: undefined, release: async () => {} }
  }

  /** What an earlier send made of an uploaded file. */
  async #made(deviceId: string, sourceId: string, form: MediaForm): Promise<SharedFile | undefined> {
    const row = await this.#store.findForm(deviceId, sourceId, formName(form))
    if (!row || Number(row.expires_at) <= this.#parts.age()) return undefined
    this.#sweeper.hold(row.id)
    const uploaded = uploadedFrom(row.uploaded)
    if (!uploaded && !(await this.#parts.folder.has(row.id))) {
      this.#sweeper.letGo(row.id)
      return undefined
    }
    return this.#prepared(row, form, [])
  }

  async #make(deviceId: string, found: Found, form: MediaForm): Promise<SharedFile> {
    const { converter } = this.#parts
    const prepared = await inForm(converter, found.path, form, found.fileName)
    const isNew = prepared.path !== found.path
    const id = newId()
    this.#sweeper.hold(id)
    try {
      const file = isNew ? await measure(prepared.path) : found.file
      const { source } = found
      const row = await this.#take(deviceId, id, {
        ...{ form: formName(form), facts: factsOf(prepared, file, found.fileName), source },
        ...{ path: prepared.path, keeps: !isNew && source !== undefined, keepMs: 0 },
      })
      const insert = this.#store.insert(row)
      // What others may share does not wait for the send that was the first to need it.
      if (source) await this.#parts.database.commit([insert])
      return this.#prepared(row, form, source ? [] : [insert])
    } catch (error) {
      if (isNew) await rm(prepared.path, { force: true })
      await this.#sweeper.drop(id)
      this.#sweeper.letGo(id)
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
        this.#sweeper.letGo(row.id)
        if (statements.length > 0) await this.#sweeper.dropUnknown(row)
      },
    }
  }

  /** Puts a file where it outlives the process. */
  async #take(
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

  /** The bytes that a request means. */
  async #find(deviceId: string, input: MediaInput, kind: MediaKind, signal?: AbortSignal): Promise<Found> {
    const { folder, config, outbound, spool } = this.#parts
    const { limits } = config.media
    const nothing = async () => {}
    if (input.source === 'file') {
      const { file, fileName } = input
      return { path: file.path, file, fileName: safeFileName(fileName), dispose: nothing }
    }
    if (input.source === 'url') {
      const fetched = await fetchFile(
        { outbound, spool },
        input.url,
        limits[kind],
        () => tooLarge(kind, limits),
        signal,
      )
      const { file } = fetched
      return { path: file.path, file, fileName: fileNameIn(fetched.url) ?? fileNameIn(input.url), dispose: file.remove }
    }
    if (input.source === 'message_id') throw notFound('A file that came with a message is sent again by its message_id')
    const source = await this.#original(deviceId, input.mediaId)
    const { size, sha256, fileName } = factsFrom(source.facts)
    if (size > limits[kind]) throw tooLarge(kind, limits)
    this.#sweeper.hold(source.id)
    const dispose = async () => this.#sweeper.letGo(source.id)
    if (!(await folder.has(source.id))) {
      await dispose()
      throw notFound('The file is not on the disk of this server any more')
    }
    return { path: folder.path(source.id), file: { bytes: size, sha256 }, fileName, source, dispose }
  }

  async #original(deviceId: string, id: string): Promise<MediaFileRow> {
    const row = await this.#store.find(deviceId, id)
    if (row?.form !== original || Number(row.expires_at) <= this.#parts.age()) throw notFound()
    return row
  }

  async #checkRoom(deviceId: string, bytes: number): Promise<void> {
    const { deviceBytes } = this.#parts.config.media
    if ((await this.#store.bytesOf(deviceId)) + bytes <= deviceBytes) return
    throw new AppError('media_quota_exceeded', undefined, {
      details: { limit_bytes: deviceBytes },
      retryAfterSeconds: 60,
    })
  }
}

const newId = (): string => `med_${randomBytes(16).toString('base64url')}`

const withoutPlace = <Content extends MediaContent>({ file, ...content }: Content): Content => {
  const { uploaded: _, ...rest } = file
  return { ...content, file: rest } as unknown as Content
}

const keptFile = (row: MediaFileRow): StoredUpload => ({
  id: row.id,
  facts: factsFrom(row.facts),
  expiresAt: Number(row.expires_at),
})

/** A document is called as its sender wishes, or else as the file that was uploaded. */
const withSafeName = (form: MediaForm, uploaded?: FileFacts): MediaForm => {
  if (form.kind !== 'document') return form
  const fileName = safeFileName(form.fileName) ?? uploaded?.fileName
  return { kind: 'document', ...(fileName !== undefined && { fileName }) }
}
