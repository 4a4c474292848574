import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { LinkError } from '../link-error.ts'
import { headBytes } from './frame-reader.ts'

const tagBytes = 16
/** What fits in a frame. */
export const mostFrameBytes = 0xff_ff_ff
const mostFrames = 2 ** 32

/** The frames of an open connection, each sealed with a counter of its direction. */
export class SealedStream {
  readonly #sendKey: KeyObject
  readonly #receiveKey: KeyObject
  readonly #nonce = Buffer.alloc(12)
  #sent = 0
  #received = 0

  constructor(sendKey: Uint8Array, receiveKey: Uint8Array) {
    this.#sendKey = createSecretKey(sendKey)
    this.#receiveKey = createSecretKey(receiveKey)
  }

  /** A frame with its length, in memory of its own. @throws LinkError `malformed` when it is too long */
  seal(plaintext: Uint8Array): Buffer {
    const length = plaintext.length + tagBytes
    if (length > mostFrameBytes) throw new LinkError('malformed', `a stanza of ${plaintext.length} bytes fits no frame`)
    const cipher = createCipheriv('aes-256-gcm', this.#sendKey, this.#count(this.#sent++))
    const frame = Buffer.allocUnsafe(headBytes + length)
    frame.writeUIntBE(length, 0, headBytes)
    frame.set(cipher.update(plaintext), headBytes)
    cipher.final()
    frame.set(cipher.getAuthTag(), headBytes + plaintext.length)
    return frame
  }

  /** What was sealed, in memory of its own. @throws LinkError `untrusted` */
  open(frame: Buffer): Buffer {
    const end = frame.length - tagBytes
    if (end < 0) throw notOurs()
    const decipher = createDecipheriv('aes-256-gcm', this.#receiveKey, this.#count(this.#received++))
    decipher.setAuthTag(frame.subarray(end))
    const plaintext = decipher.update(frame.subarray(0, end))
    try {
      decipher.final()
    } catch {
      throw notOurs()
    }
    return plaintext
  }

  #count(counter: number): Buffer {
    // A counter that comes again would give both plaintexts away.
    if (counter >= mostFrames) throw new LinkError('closed', 'the connection has sent all frames that it may')
    this.#nonce.writeUInt32BE(counter, 8)
    return this.#nonce
  }
}

const notOurs = (): LinkError => new LinkError('untrusted', 'a frame was not sealed with the keys of this connection')
