import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { MediaSeal } from '@switchboard/engine'
import { mediaKeys } from './media-keys.ts'
import { Sidecar } from './sidecar.ts'

/** What is read of a file at once: short enough that nothing else has to wait. */
const chunkBytes = 64 * 1024
const macBytes = 10
const blockBytes = 16

/** A file as it will lie at a host. */
export interface SealedFile {
  readonly mediaKey: Uint8Array
  /** Of the file itself. */
  readonly sha256: Buffer
  readonly size: number
  readonly encSha256: Buffer
  readonly sealedSize: number
  readonly sidecar?: Buffer
  readonly firstFrameSidecar?: Buffer
  /** Its bytes, each time from the beginning. */
  bytes(): AsyncIterable<Uint8Array>
}

interface SealOptions {
  readonly seal: MediaSeal
  readonly sidecar: boolean
  readonly firstFrameLength?: number | undefined
}

/** A file as it is, chunk by chunk. */
export const plainBytes = (path: string): AsyncIterable<Buffer> =>
  createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>

async function* encrypted(
  path: string,
  cipherKey: Uint8Array,
  iv: Uint8Array,
  read?: (chunk: Uint8Array) => void,
): AsyncGenerator<Buffer> {
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv)
  for await (const chunk of plainBytes(path)) {
    read?.(chunk)
    yield cipher.update(chunk)
  }
  yield cipher.final()
}

/** Signs the bytes up to the end of the block in which the first picture of a sticker ends (seen in: zapo WaMediaCrypto.ts). */
class FirstFrame {
  readonly #hmac
  #missing: number

  constructor(macKey: Uint8Array, iv: Uint8Array, length: number) {
    this.#hmac = createHmac('sha256', macKey).update(iv)
    this.#missing = Math.ceil(length / blockBytes) * blockBytes
  }

  update(bytes: Uint8Array): void {
    const part = bytes.subarray(0, this.#missing)
    if (part.length === 0) return
    this.#hmac.update(part)
    this.#missing -= part.length
  }

  end(): Buffer {
    return this.#hmac.digest().subarray(0, macBytes)
  }
}

/**
 * Seals a file with a new key: AES-256-CBC, then ten bytes of HMAC-SHA256 over IV and ciphertext (seen in: whatsmeow upload.go, baileys messages-media.js).
 * Its hash must be known before the first byte leaves, so it is encrypted twice: here for the hashes, and in {@link SealedFile.bytes} for each attempt to
 * upload it. Nothing of it is kept.
 */
export async function sealFile(path: string, { seal, sidecar, firstFrameLength }: SealOptions): Promise<SealedFile> {
  const mediaKey = randomBytes(32)
  const { iv, cipherKey, macKey } = mediaKeys(mediaKey, seal)
  const [plainHash, sealedHash] = [createHash('sha256'), createHash('sha256')]
  const mac = createHmac('sha256', macKey).update(iv)
  const windows = sidecar ? new Sidecar(macKey) : undefined
  const firstFrame = firstFrameLength === undefined ? undefined : new FirstFrame(macKey, iv, firstFrameLength)
  let [size, sealedSize] = [0, macBytes]
  const read = (chunk: Uint8Array) => {
    size += chunk.length
    plainHash.update(chunk)
  }
  windows?.update(iv)
  for await (const chunk of encrypted(path, cipherKey, iv, read)) {
    sealedSize += chunk.length
    sealedHash.update(chunk)
    mac.update(chunk)
    windows?.update(chunk)
    firstFrame?.update(chunk)
  }
  const trailer = mac.digest().subarray(0, macBytes)
  windows?.update(trailer)
  return {
    mediaKey,
    sha256: plainHash.digest(),
    size,
    encSha256: sealedHash.update(trailer).digest(),
    sealedSize,
    ...(windows ? { sidecar: windows.end() } : {}),
    ...(firstFrame ? { firstFrameSidecar: firstFrame.end() } : {}),
    async *bytes() {
      yield* encrypted(path, cipherKey, iv)
      yield trailer
    },
  }
}
