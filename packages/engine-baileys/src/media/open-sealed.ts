import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { EngineError } from '@switchboard/engine'
import type { MediaKeys } from './media-keys.ts'

const macBytes = 10

/** What a file must turn out to be. */
export interface Announced {
  /** Absent: it travels as it is. */
  readonly keys?: MediaKeys | undefined
  /** SHA-256 of the file. */
  readonly sha256?: Uint8Array | undefined
  /** SHA-256 of it as it travels. */
  readonly sealedSha256?: Uint8Array | undefined
  /** Bytes of the file. */
  readonly size?: number | undefined
}

const flawed = (what: string): EngineError =>
  new EngineError('media_flawed', `the file is not the announced one: ${what}`)

const matches = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)

/**
 * Opens a file while it flows. One chunk is always held back until MAC, hashes and size are known to be right: a reader who got all of it got the
 * file that was announced. Seen in: whatsmeow download.go, baileys messages-media.js, which check less. @throws EngineError `media_flawed`
 */
export async function* openSealed(source: AsyncIterable<Uint8Array>, announced: Announced): AsyncGenerator<Uint8Array> {
  const { sha256, sealedSha256, size } = announced
  const hash = createHash('sha256')
  const sealedHash = createHash('sha256')
  let bytes = 0
  let held: Uint8Array | undefined
  const counted = (chunk: Uint8Array): void => {
    bytes += chunk.length
    // A body longer than its Content-Length would be taken for the next answer.
    if (size !== undefined && bytes > size) throw flawed('it is too long')
    hash.update(chunk)
  }
  const hashed = (async function* () {
    for await (const chunk of source) {
      sealedHash.update(chunk)
      yield chunk
    }
  })()
  for await (const chunk of announced.keys ? decrypted(hashed, announced.keys) : hashed) {
    if (chunk.length === 0) continue
    counted(chunk)
    if (held) yield held
    held = chunk
  }
  if (sealedSha256 && !matches(sealedHash.digest(), sealedSha256)) throw flawed('what came has another hash')
  if (sha256 && !matches(hash.digest(), sha256)) throw flawed('what is inside has another hash')
  if (size !== undefined && bytes !== size) throw flawed('it is too short')
  if (held) yield held
}

/** AES-256-CBC, behind it the first ten bytes of HMAC-SHA-256 over IV and ciphertext. */
async function* decrypted(source: AsyncIterable<Uint8Array>, keys: MediaKeys): AsyncGenerator<Uint8Array> {
  const mac = createHmac('sha256', keys.macKey).update(keys.iv)
  const cipher = createDecipheriv('aes-256-cbc', keys.cipherKey, keys.iv)
  // What may be the MAC: the last ten bytes so far. Chunks are not joined, which would double what is allocated for them.
  let tail: Uint8Array = new Uint8Array(0)
  const opened = (content: Uint8Array): Buffer => {
    mac.update(content)
    return cipher.update(content)
  }
  for await (const chunk of source) {
    const kept = Math.max(0, macBytes - chunk.length)
    if (tail.length > kept) yield opened(tail.subarray(0, tail.length - kept))
    if (chunk.length > macBytes) yield opened(chunk.subarray(0, -macBytes))
    // Of its own, so that the chunk can go.
    tail = Buffer.concat([tail.subarray(Math.max(0, tail.length - kept)), chunk.subarray(-macBytes)])
  }
  if (tail.length < macBytes || !matches(mac.digest().subarray(0, macBytes), tail)) throw flawed('its MAC is wrong')
  yield last(cipher)
}

function last(cipher: ReturnType<typeof createDecipheriv>): Uint8Array {
  try {
    return cipher.final()
  } catch (error) {
    throw new EngineError('media_flawed', 'the file is not the announced one: its padding is wrong', { cause: error })
  }
}
