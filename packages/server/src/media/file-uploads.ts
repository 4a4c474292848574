import type { OpenFile, UploadedFile, UploadKind, Uploads } from '@switchboard/engine'
import { Gate } from '../sessions/gate.ts'
import type { Database } from '../storage/database.ts'
import type { MediaFileStore } from '../storage/media-file-store.ts'
import { factsFrom, toText, uploadedFrom } from './file-facts.ts'
import type { FileFolder } from './file-folder.ts'
import { uploadKindOf } from './media-form.ts'

interface UploadParts {
  readonly database: Database
  readonly folder: FileFolder
  readonly store: MediaFileStore
}

const uploadsOfDevice = 2
const uploadsAtOnce = 16
/** WhatsApp keeps a file for about a month; one that is sent again later than this is uploaded again. */
const placeKeptMs = 7 * 24 * 60 * 60_000

/** A file that was to be sent is not on the disk any more. */
export class FileLost extends Error {
  override readonly name = 'FileLost'
}

/** Brings files of the folder to WhatsApp, some at a time. */
export class FileUploads {
  readonly #parts: UploadParts
  readonly #running = new Map<string, Promise<UploadedFile>>()
  readonly #gate = new Gate(uploadsAtOnce)
  readonly #gatesOf = new Map<string, Gate>()

  constructor(parts: UploadParts) {
    this.#parts = parts
  }

  /** Where a file is at WhatsApp. It is brought there when it is not yet, once for all who ask. @throws what {@link Uploads} throws, {@link FileLost} */
  upload(deviceId: string, id: string, uploads: Uploads): Promise<UploadedFile> {
    const running = this.#running.get(id)
    if (running) return running
    const upload = this.#inTurn(deviceId, () => this.#upload(deviceId, id, uploads)).finally(() =>
      this.#running.delete(id),
    )
    this.#running.set(id, upload)
    return upload
  }

  /** Brings a file there as it is: everybody may read it. @throws what {@link Uploads} throws */
  openly(
    deviceId: string,
    { id, kind }: { readonly id: string; readonly kind: UploadKind },
    uploads: Uploads,
  ): Promise<OpenFile> {
    return this.#inTurn(deviceId, () => uploads.uploadOpenly({ path: this.#parts.folder.path(id), kind }))
  }

  async #inTurn<Result>(deviceId: string, work: () => Promise<Result>): Promise<Result> {
    const leaveDevice = await this.#gateOf(deviceId).enter()
    const leave = await this.#gate.enter()
    try {
      return await work()
    } finally {
      leave()
      leaveDevice()
    }
  }

  #gateOf(deviceId: string): Gate {
    let gate = this.#gatesOf.get(deviceId)
    if (!gate) {
      gate = new Gate(uploadsOfDevice)
      this.#gatesOf.set(deviceId, gate)
    }
    return gate
  }

  async #upload(deviceId: string, id: string, uploads: Uploads): Promise<UploadedFile> {
    const { folder, database, store } = this.#parts
    const row = await store.find(deviceId, id)
    const known = uploadedFrom(row?.uploaded ?? null)
    if (known && known.mediaKeyAt > Date.now() - placeKeptMs) return known
    if (!row || !(await folder.has(id))) throw new FileLost()
    const { firstFrameLength } = factsFrom(row.facts)
    const uploaded = await uploads.upload({
      ...{ path: folder.path(id), kind: uploadKindOf(row.form) },
      ...(firstFrameLength !== undefined && { firstFrameLength }),
    })
    await database.commit([store.uploaded(deviceId, id, toText(uploaded))], { lane: deviceId })
    return uploaded
  }
}
