import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { OpenOptions } from '@switchboard/engine'
import { hkdf } from '@switchboard/signal'
import { mediaHost } from './media-host.ts'
import { request } from './request.ts'

/** What names an encrypted blob on the media host. */
export interface BlobReference {
  readonly directPath?: string | null | undefined
  readonly mediaKey?: Uint8Array | null | undefined
  readonly fileEncSha256?: Uint8Array | null | undefined
}

const macBytes = 10
const maxBlobBytes = 256 * 1024 * 1024

/** Fetches, checks and decrypts a blob (seen in: whatsmeow download.go, baileys messages-media.js). `info` separates the kinds of keys. */
export async function downloadBlob(blob: BlobReference, info: string, options: OpenOptions): Promise<Buffer> {
  if (!blob.directPath || !blob.mediaKey?.length) throw new Error('a blob without a path or key')
  const encrypted = await request(mediaHost(blob.directPath, options.endpoints), options, maxBlobBytes)
  if (blob.fileEncSha256?.length && !createHash('sha256').update(encrypted).digest().equals(blob.fileEncSha256)) {
    throw new Error('a blob that is not the one announced')
  }
  const keys = Buffer.from(hkdf(blob.mediaKey, new Uint8Array(32), Buffer.from(info), 112))
  const [iv, cipherKey, macKey] = [keys.subarray(0, 16), keys.subarray(16, 48), keys.subarray(48, 80)]
  const content = encrypted.subarray(0, -macBytes)
  const mac = createHmac('sha256', macKey).update(iv).update(content).digest().subarray(0, macBytes)
  if (encrypted.length <= macBytes || !timingSafeEqual(mac, encrypted.subarray(-macBytes))) {
    throw new Error('a blob whose MAC does not match')
  }
  const cipher = createDecipheriv('aes-256-cbc', cipherKey, iv)
  return Buffer.concat([cipher.update(content), cipher.final()])
}
