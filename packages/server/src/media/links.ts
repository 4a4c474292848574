import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { parseMasterKey } from '../storage/sealing/parse-master-key.ts'

/** Names the file of a message from when it is first known. It stays when the chat is filed under another address. */
export const mediaIdOf = (deviceId: string, chat: string, messageId: string): string =>
  `med_${createHash('sha256').update([deviceId, chat, messageId].join('\0')).digest('base64url').slice(0, 24)}`

/** The file of a message about which nothing else is known. @param dueAt when it is to be fetched by itself */
export const newMedia = (deviceId: string, chat: string, messageId: string, dueAt: number | null = null) => ({
  ...{ id: mediaIdOf(deviceId, chat, messageId), deviceId, chat, messageId, dueAt },
})

/** A link that opens one file for everybody who has the link, until it ends. */
export interface MediaLink {
  /** Path on this server and query, behind {@link LinkParts.publicUrl} when that is set. */
  readonly url: string
  /** Unix ms. */
  readonly expiresAt: number
}

interface LinkParts {
  /** As the configuration has it. */
  readonly masterKey: string
  readonly lifeMs: number
  /** Address of this API for others, without a slash at the end. */
  readonly publicUrl: string | undefined
  readonly basePath: string
  readonly clock: Pick<Clock, 'now'>
}

/** Signs links to files. The key is derived from the master key: the same on every start, and of no use for anything else. */
export class MediaLinks {
  readonly #key: Uint8Array
  readonly #parts: LinkParts

  constructor(parts: LinkParts) {
    this.#parts = parts
    const master = parseMasterKey(parts.masterKey)
    this.#key = new Uint8Array(hkdfSync('sha256', master, new Uint8Array(0), 'switchboard media links', 32))
  }

  /** @param deviceId the device that has the file: a signature for one device opens nothing of another */
  sign(deviceId: string, mediaId: string): MediaLink {
    const { clock, lifeMs, publicUrl, basePath } = this.#parts
    const ends = Math.floor((clock.now() + lifeMs) / 1000)
    const query = new URLSearchParams({ exp: String(ends), sig: this.#signature(deviceId, mediaId, ends) })
    return { url: `${publicUrl ?? basePath}/media/${mediaId}?${query}`, expiresAt: ends * 1000 }
  }

  /** @param ends Unix seconds, as the link says */
  check(deviceId: string, mediaId: string, ends: number, signature: string): 'good' | 'ended' | 'wrong' {
    const [given, own] = [Buffer.from(signature), Buffer.from(this.#signature(deviceId, mediaId, ends))]
    if (given.length !== own.length || !timingSafeEqual(given, own)) return 'wrong'
    return ends * 1000 > this.#parts.clock.now() ? 'good' : 'ended'
  }

  #signature(deviceId: string, mediaId: string, ends: number): string {
    return createHmac('sha256', this.#key).update([mediaId, ends, deviceId].join('|')).digest('base64url')
  }
}
