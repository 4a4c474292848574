import type { ChatEntry } from '../chat-log.ts'
import { innerMessage } from '../content/inner-message.ts'
import { NotThere } from '../not-there.ts'
import type { PhoneContext } from '../phone-context.ts'
import { type CarriedMedia, fileHash, mediaOf } from './media-of.ts'
import { type PutMedia, putMedia } from './put-media.ts'
import { openMedia } from './seal-media.ts'

/** The files of one phone's messages. Messages are named by their id. */
export class PhoneMedia {
  readonly #ctx: PhoneContext

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
  }

  /** The file of a message, opened. @throws Error when there is none, or it is not here */
  bytes(id: string): Uint8Array {
    return mediaBytes(this.#ctx, this.#entry(id))
  }

  /** MIME type that the message says. */
  mimetype(id: string): string {
    return this.#carried(this.#entry(id)).fields.mimetype ?? 'application/octet-stream'
  }

  /** Seals a file and stores it at the media host, without sending anything. */
  upload(kind: string, data: Uint8Array): PutMedia {
    return putMedia(this.#ctx.world, this.#ctx.account.lid, kind, data)
  }

  /** Ends every link to the file of a message, as time does: who has not downloaded it must ask the phone for it.
   *  @param status what downloads are answered with */
  expire(id: string, status: 403 | 404 | 410 = 410): number {
    return this.#ctx.world.media.expire(fileHash(this.#carried(this.#entry(id)).fields), status)
  }

  /** Removes the file from this phone: it can no longer be stored again for companions. */
  delete(id: string): void {
    const entry = this.#entry(id)
    this.#carried(entry)
    entry.media = 'deleted'
    this.#ctx.chats.touch(entry)
  }

  #entry(id: string): ChatEntry {
    const entry = this.#ctx.chats.list().find((one) => one.id === id)
    if (!entry) throw new NotThere(`there is no message ${id}`)
    return entry
  }

  #carried(entry: ChatEntry): CarriedMedia {
    const media = mediaOf(innerMessage(entry.message))
    if (!media) throw new Error(`message ${entry.id} carries no file`)
    return media
  }
}

/** The file of a message, as the phone has it. @throws Error when there is none */
export function mediaBytes(ctx: PhoneContext, entry: ChatEntry): Uint8Array {
  const media = mediaOf(innerMessage(entry.message))
  if (!media) throw new Error(`message ${entry.id} carries no file`)
  if (entry.media !== 'here') throw new Error(`the file of message ${entry.id} is ${entry.media ?? 'not here'}`)
  const file = ctx.world.media.file(fileHash(media.fields))
  if (!file) throw new Error(`the file of message ${entry.id} is gone`)
  return openMedia(media.kind, file.bytes, media.fields)
}
