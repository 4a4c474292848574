import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import type { MediaFileRow, MediaFileStore } from '../storage/media-file-store.ts'
import type { Outbound } from '../webhooks/outbound.ts'
import { fetchFile } from './fetch-file.ts'
import { factsFrom } from './file-facts.ts'
import type { FileFolder } from './file-folder.ts'
import type { FileSweeper } from './file-sweeper.ts'
import { type MediaKind, tooLarge } from './limits.ts'
import type { MediaInput } from './media-input.ts'
import { fileNameIn, safeFileName } from './safe-file-name.ts'
import type { Spool } from './spool.ts'

/** The bytes that a send is to be made of. */
export interface Found {
  readonly path: string
  readonly file: { readonly bytes: number; readonly sha256: string }
  readonly fileName: string | undefined
  /** The uploaded file that it is. */
  readonly source?: MediaFileRow
  dispose(): Promise<void>
}

/** Under `form`: as it was uploaded. */
export const original = 'original'

export const notFound = (words?: string) => new AppError('media_not_found', words)

interface InputParts {
  readonly config: Pick<Config, 'media'>
  readonly folder: FileFolder
  readonly spool: Spool
  readonly outbound: Outbound
  readonly store: MediaFileStore
  readonly sweeper: Pick<FileSweeper, 'hold' | 'letGo'>
  /** The time by which things are old, Unix ms. */
  readonly age: () => number
}

/** The bytes that requests mean: a part of the request itself, a file at a URL, an upload that was kept, or the file of a message. */
export class InputFiles {
  readonly #parts: InputParts

  constructor(parts: InputParts) {
    this.#parts = parts
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
        : await this.find(deviceId, input, kind, given.signal)
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

  /** Gets them: they are there until `dispose` is called. @throws AppError media_fetch_failed, media_too_large, media_not_found */
  async find(deviceId: string, input: MediaInput, kind: MediaKind, signal?: AbortSignal): Promise<Found> {
    const { folder, config, outbound, spool, sweeper } = this.#parts
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
    const source = await this.original(deviceId, input.mediaId)
    const { size, sha256, fileName } = factsFrom(source.facts)
    if (size > limits[kind]) throw tooLarge(kind, limits)
    sweeper.hold(source.id)
    const dispose = async () => sweeper.letGo(source.id)
    if (!(await folder.has(source.id))) {
      await dispose()
      throw notFound('The file is not on the disk of this server any more')
    }
    return { path: folder.path(source.id), file: { bytes: size, sha256 }, fileName, source, dispose }
  }

  /** An upload that is kept. @throws AppError media_not_found */
  async original(deviceId: string, id: string): Promise<MediaFileRow> {
    const row = await this.#parts.store.find(deviceId, id)
    if (row?.form !== original || Number(row.expires_at) <= this.#parts.age()) throw notFound()
    return row
  }
}
