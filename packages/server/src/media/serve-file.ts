import { AppError } from '../errors/app-error.ts'
import type { DownloadFile, DownloadOptions } from './download-file.ts'
import { fileNameOf } from './file-name.ts'
import { findFile } from './find-file.ts'
import { type MediaParts, type MessageFile, placeOf } from './media-parts.ts'
import { reasons } from './reasons.ts'
import { type ServedFile, servedType } from './served-file.ts'
import { ObjectMissing } from './store/object-store.ts'

/** What the phone will not say otherwise the next time. */
const lost: ReadonlySet<string | null> = new Set([reasons.notOnPhone, reasons.gone])

/** Hands files out: from here when they are stored, else from WhatsApp. */
export class ServeFile {
  readonly #parts: MediaParts
  readonly #download: DownloadFile

  constructor(parts: MediaParts, download: DownloadFile) {
    this.#parts = parts
    this.#download = download
  }

  /** @throws AppError media_not_found | media_deleted */
  serve(file: MessageFile, options: DownloadOptions): ServedFile {
    const { view, files, known, message } = file
    if (!files.file) throw new AppError('media_not_found')
    const mimetype = servedType(view.media?.mimetype)
    const named = {
      mimetype,
      fileName: fileNameOf(view.media?.fileName, { type: view.type, id: message.id, mimetype }),
    }
    if (known?.state === 'stored' && known.sha256) return this.#stored(file, named, known.sha256, options)
    if (known?.state === 'failed' && lost.has(known.reason)) {
      throw new AppError('media_deleted', undefined, { details: { reason: known.reason } })
    }
    return this.#remote(file, named, options)
  }

  #remote(file: MessageFile, named: Pick<ServedFile, 'mimetype' | 'fileName'>, options: DownloadOptions): ServedFile {
    const { size, sha256 } = file.files.file ?? {}
    return {
      ...named,
      size,
      sha256: sha256 && Buffer.from(sha256).toString('hex'),
      seekable: false,
      store: async () => {
        if ((await this.#download.store(file, options)) !== 'stored') return undefined
        const stored = this.serve(await this.#again(file), options)
        return stored.seekable ? stored : undefined
      },
      open: () => this.#download.open(file, options),
    }
  }

  #stored(
    file: MessageFile,
    named: Pick<ServedFile, 'mimetype' | 'fileName'>,
    sha256: string,
    options: DownloadOptions,
  ): ServedFile {
    const { deviceId, known } = file
    return {
      ...named,
      ...{ size: Number(known?.size ?? 0), sha256, seekable: true },
      open: async (range) => {
        try {
          return await this.#parts.files.read(deviceId, sha256, range)
        } catch (error) {
          if (error instanceof ObjectMissing) return this.#fetchedAgain(file, named, options, range)
          // A bucket that does not answer keeps nobody from a file that WhatsApp has too.
          if (!range) return this.#remote(file, named, options).open()
          throw new AppError('not_ready', 'The store of files does not give the file now', {
            ...{ retryAfterSeconds: 10, cause: error },
          })
        }
      },
    }
  }

  /** It was to be stored, and somebody removed it: WhatsApp, or the phone, has it. */
  async #fetchedAgain(
    file: MessageFile,
    named: Pick<ServedFile, 'mimetype' | 'fileName'>,
    options: DownloadOptions,
    range: Parameters<ServedFile['open']>[0],
  ): Promise<AsyncIterable<Uint8Array>> {
    const { database, media, clock } = this.#parts
    const change = { state: 'remote', sha256: null, size: null, stored_at: null } as const
    await database.commit(media.change(placeOf(file), change, clock.now()), { lane: file.deviceId })
    const remote = this.#remote(await this.#again(file), named, options)
    if (!range) return remote.open()
    const stored = await remote.store?.()
    if (!stored) throw new AppError('not_ready', 'There is no room to store the file', { retryAfterSeconds: 60 })
    return stored.open(range)
  }

  #again({ deviceId, message }: MessageFile): Promise<MessageFile> {
    return findFile(this.#parts, deviceId, message.id, [message.chat])
  }
}
