import type { OpenOptions } from '@switchboard/engine'
import { mediaHost } from './media-host.ts'
import { mediaKeys, type SealKind } from './media-keys.ts'
import { openSealed } from './open-sealed.ts'
import { bodyOf, request } from './request.ts'

/** What names an encrypted blob on the media host. */
export interface BlobReference {
  readonly directPath?: string | null | undefined
  readonly mediaKey?: Uint8Array | null | undefined
  readonly fileEncSha256?: Uint8Array | null | undefined
}

const maxBlobBytes = 256 * 1024 * 1024

/** Fetches, checks and decrypts a blob that is read as a whole (seen in: whatsmeow download.go, baileys messages-media.js). @param seal as what it is sealed */
export async function downloadBlob(blob: BlobReference, seal: SealKind, options: OpenOptions): Promise<Buffer> {
  if (!blob.directPath || !blob.mediaKey?.length) throw new Error('a blob without a path or key')
  const response = await request(mediaHost(blob.directPath, options.endpoints), options)
  const sealedSha256 = blob.fileEncSha256?.length ? blob.fileEncSha256 : undefined
  const opened = openSealed(bodyOf(response), { keys: mediaKeys(blob.mediaKey, seal), sealedSha256 })
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of opened) {
    size += part.length
    if (size > maxBlobBytes) throw new Error('a blob beyond the limit')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
