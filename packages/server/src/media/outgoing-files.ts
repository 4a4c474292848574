import { createReadStream } from 'node:fs'
import type { Engine, Logger, MediaContent, UploadedFile, Uploads } from '@switchboard/engine'
import type { OwnDevices } from '../cluster/own-devices.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import type { Database } from '../storage/database.ts'
import { type MediaFileRow, MediaFileStore } from '../storage/media-file-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import type { Outbound } from '../webhooks/outbound.ts'
import type { Converter } from './convert/index.ts'
import { type FileFacts, factsFrom, factsOf } from './file-facts.ts'
import type { FileFolder } from './file-folder.ts'
import { FileForms, newFileId, type PreparedFile } from './file-forms.ts'
import { FileSweeper } from './file-sweeper.ts'
import { FileUploads } from './file-uploads.ts'
import { InputFiles, notFound, original } from './input-files.ts'
import type { MediaForm } from './media-form.ts'
import type { MediaInput } from './media-input.ts'
import { safeFileName } from './safe-file-name.ts'
import { type ServedFile, servedType } from './served-file.ts'
import type { Spool } from './spool.ts'
import type { ByteRange } from './store/object-store.ts'

interface OutgoingParts {
  readonly database: Database
  readonly engine: Pick<Engine, 'mediaIn'>
  readonly config: Pick<Config, 'media'>
  readonly folder: FileFolder
  readonly spool: Spool
  readonly converter: Converter
  readonly own: Pick<OwnDevices, 'isShared' | 'nodeId'>
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

interface PrepareOptions {
  /** Ends the fetching of a file that is elsewhere. */
  readonly signal?: AbortSignal
  /** The send leaves some day: where the file is at WhatsApp now says nothing about then. */
  readonly later?: boolean
}

/** Files on their way out: brought into form, kept on the disk until their send has left, and uploaded once for all the sends that share them. */
export class OutgoingFiles {
  readonly #parts: OutgoingParts
  readonly #store: MediaFileStore
  readonly #messages: MessageStore
  readonly #forms: FileForms
  readonly #uploads: FileUploads
  readonly #sweeper: FileSweeper
  /** The bytes that requests mean. */
  readonly inputs: InputFiles

  constructor(parts: OutgoingParts) {
    this.#parts = parts
    this.#store = new MediaFileStore(parts.database)
    this.#messages = new MessageStore(parts.database)
    this.#uploads = new FileUploads({ ...parts, store: this.#store })
    this.#sweeper = new FileSweeper({ ...parts, store: this.#store })
    const shared = { ...parts, store: this.#store, sweeper: this.#sweeper }
    this.inputs = new InputFiles(shared)
    this.#forms = new FileForms({ ...shared, inputs: this.inputs })
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
    const found = await this.inputs.find(deviceId, input, 'document', signal)
    const id = newFileId()
    this.#sweeper.hold(id)
    try {
      await this.#forms.checkRoom(deviceId, found.file.bytes)
      const name = safeFileName(fileName) ?? found.fileName
      const probed = await converter.probe(found.path, name)
      const row = await this.#forms.keep(deviceId, id, {
        ...{ form: original, facts: factsOf({ probed }, found.file, name), source: undefined },
        ...{ path: found.path, keeps: found.source !== undefined, keepMs: config.media.uploadKeepMs },
      })
      await database.commit([this.#store.insert(row)], { lane: deviceId })
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
    return keptFile(await this.inputs.original(deviceId, id))
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
    if (input.source !== 'media_id') return this.#forms.make(deviceId, input, form, signal)
    const { facts } = await this.inputs.original(deviceId, input.mediaId)
    const shared = await this.#forms.shared(deviceId, input, withSafeName(form, factsFrom(facts)), signal)
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

  /** A file as it leaves. @throws AppError media_not_found when it is here no more */
  async serve(deviceId: string, id: string): Promise<ServedFile> {
    const row = await this.#store.find(deviceId, id)
    const path = this.#parts.folder.path(id)
    if (!row || !(await this.#parts.folder.has(id))) throw notFound()
    const { mimetype, fileName, size, sha256 } = factsFrom(row.facts)
    const open = async (range?: ByteRange) => createReadStream(path, range)
    return { mimetype: servedType(mimetype), fileName, size, sha256, seekable: true, open }
  }

  /** Where a file is at WhatsApp. It is brought there when it is not yet, once for all who ask. @throws what {@link Uploads} throws, {@link FileLost} */
  upload(deviceId: string, id: string, uploads: Uploads): Promise<UploadedFile> {
    return this.#uploads.upload(deviceId, id, uploads)
  }

  /** Removes a file unless somebody may still need it. Never rejects. */
  release(deviceId: string, id: string): Promise<void> {
    return this.#sweeper.release(deviceId, id)
  }

  /** Removes files that were sent, and the uploads from which they were made, unless another send waits for them. Never rejects for one of them.
   *  @param isMeant by the hash of what was sent, hex, or by its id. @returns how many */
  async removeSent(deviceId: string, isMeant: (file: { id: string; sha256: string }) => boolean): Promise<number> {
    const rows = await this.#store.all(deviceId)
    const meant = rows.filter(({ id, facts }) => isMeant({ id, sha256: factsFrom(facts).sha256 }))
    const sources = new Set(meant.flatMap(({ id, source_id }) => [id, source_id ?? id]))
    const gone = rows.filter(({ id, source_id }) => sources.has(id) || (source_id !== null && sources.has(source_id)))
    let removed = 0
    for (const { id } of gone) if (await this.#sweeper.remove(deviceId, id)) removed++
    return removed
  }

  /** Removes files of devices that are gone. */
  async removeAll(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#sweeper.drop(id)
  }

  /** Ids of everything that a device keeps here. */
  async idsOf(deviceId: string): Promise<string[]> {
    return (await this.#store.all(deviceId)).map(({ id }) => id)
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
}

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
