import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { mediaKind } from '../../world/media/media-kinds.ts'

/** A file as it travels, and what a message says of it. */
export interface SealedMedia {
  /** AES-256-CBC ciphertext ‖ first 10 bytes of its MAC. */
  readonly bytes: Uint8Array
  readonly mediaKey: Uint8Array
  readonly fileSha256: Uint8Array
  readonly fileEncSha256: Uint8Array
  readonly fileLength: number
}

/** What is needed to open a sealed file. */
export interface MediaSecrets {
  readonly mediaKey?: Uint8Array
  readonly fileSha256?: Uint8Array
  readonly fileEncSha256?: Uint8Array
  readonly fileLength?: number
  readonly streamingSidecar?: Uint8Array
  readonly firstFrameLength?: number
  readonly firstFrameSidecar?: Uint8Array
}

/** A file that is not what the message said. */
export class MediaFlaw extends Error {}

const macBytes = 10

/** Seals a file for that kind. The same key gives the same bytes, so that a file can be uploaded again. Seen in two clients: whatsmeow upload.go,
 *  baileys messages-media.js. */
export function sealMedia(kind: string, plain: Uint8Array, mediaKey: Uint8Array = randomBytes(32)): SealedMedia {
  const { iv, cipherKey, macKey } = mediaKeys(kind, mediaKey)
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv)
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  const bytes = Buffer.concat([ciphertext, mac(macKey, iv, ciphertext)])
  return {
    bytes: new Uint8Array(bytes),
    mediaKey: new Uint8Array(mediaKey),
    fileSha256: sha256(plain),
    fileEncSha256: sha256(bytes),
    fileLength: plain.length,
  }
}

/** Opens a file, with every check that a phone makes: hash of what was fetched, MAC, padding, hash and length of what is inside.
 *  @throws MediaFlaw saying which check failed */
export function openMedia(kind: string, sealed: Uint8Array, secrets: MediaSecrets): Uint8Array {
  const { mediaKey, fileSha256, fileEncSha256, fileLength } = secrets
  if (mediaKey?.length !== 32) throw new MediaFlaw('mediaKey is not 32 bytes')
  if (sealed.length <= macBytes || (sealed.length - macBytes) % 16 !== 0)
    throw new MediaFlaw('the file has no whole blocks')
  if (!equal(sha256(sealed), fileEncSha256)) throw new MediaFlaw('fileEncSha256 is not the hash of the file')
  const { iv, cipherKey, macKey } = mediaKeys(kind, mediaKey)
  const ciphertext = sealed.subarray(0, -macBytes)
  if (!equal(mac(macKey, iv, ciphertext), sealed.subarray(-macBytes))) {
    throw new MediaFlaw(`the MAC is wrong for a file of kind ${kind}`)
  }
  checkSidecars(macKey, Buffer.concat([iv, sealed]), secrets)
  const plain = decrypt(cipherKey, iv, ciphertext)
  if (!equal(sha256(plain), fileSha256)) throw new MediaFlaw('fileSha256 is not the hash of what is inside')
  if (fileLength !== undefined && fileLength !== plain.length)
    throw new MediaFlaw(`fileLength says ${fileLength}, there are ${plain.length} bytes`)
  return plain
}

const windowBytes = 64 * 1024
const blockBytes = 16

const signature = (macKey: Uint8Array, part: Uint8Array) =>
  createHmac('sha256', macKey).update(part).digest().subarray(0, macBytes)

/** With these a phone checks a part before it has the whole. Seen in one client (zapo WaMediaCrypto.ts). @param stream IV, ciphertext and MAC */
function checkSidecars(macKey: Uint8Array, stream: Buffer, secrets: MediaSecrets): void {
  const { streamingSidecar, firstFrameLength, firstFrameSidecar } = secrets
  if (streamingSidecar?.length) {
    const windows: Uint8Array[] = []
    for (let at = 0; at < stream.length; at += windowBytes) {
      windows.push(signature(macKey, stream.subarray(at, at + windowBytes + blockBytes)))
    }
    if (!Buffer.concat(windows).equals(streamingSidecar)) throw new MediaFlaw('streamingSidecar does not fit the file')
  }
  if (firstFrameLength && firstFrameSidecar?.length) {
    const end = blockBytes + Math.ceil(firstFrameLength / blockBytes) * blockBytes
    const signed = signature(macKey, stream.subarray(0, Math.min(end, stream.length - macBytes)))
    if (!equal(signed, firstFrameSidecar)) throw new MediaFlaw('firstFrameSidecar does not fit the file')
  }
}

function decrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-cbc', key, iv)
  try {
    return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]))
  } catch {
    throw new MediaFlaw('the padding is wrong')
  }
}

interface MediaKeys {
  readonly iv: Uint8Array
  readonly cipherKey: Uint8Array
  readonly macKey: Uint8Array
}

function mediaKeys(kind: string, mediaKey: Uint8Array): MediaKeys {
  const { label, info = `WhatsApp ${label} Keys` } = mediaKind(kind)
  if (label === undefined) throw new Error(`${kind} travels unencrypted`)
  const all = new Uint8Array(hkdfSync('sha256', mediaKey, new Uint8Array(0), info, 112))
  return { iv: all.slice(0, 16), cipherKey: all.slice(16, 48), macKey: all.slice(48, 80) }
}

function mac(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(iv).update(ciphertext).digest().subarray(0, macBytes))
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}

function equal(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && one.length === other.length && timingSafeEqual(one, other)
}
