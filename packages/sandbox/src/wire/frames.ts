import { WireError } from './wire-error.ts'

/** Longest frame a client may send. The length field could say 16 MB; no real stanza comes near. */
const maxFrameBytes = 4 * 1024 * 1024
/** `WA`, protocol 6, dictionary 3. */
export const intro: Uint8Array = Uint8Array.of(0x57, 0x41, 6, 3)
const maxRoutingBytes = 4096

/** Takes a client's byte stream apart: an optional `ED` routing prefix, the intro, then frames with a three-byte length. The stream may arrive
 *  split and merged in any way. (baileys noise-handler.js, whatsmeow socket/framesocket.go) */
export class FrameReader {
  /** What is not read yet is at its beginning. It grows by doubling: a frame that trickles in byte by byte is not copied with each. */
  #buffer: Buffer = Buffer.alloc(0)
  #pending: Buffer = Buffer.alloc(0)
  #introSeen: boolean

  /** @param options.intro false for the server's side of the stream, which has none */
  constructor(options: { intro?: boolean } = {}) {
    this.#introSeen = options.intro === false
  }

  /** Frames completed by this chunk. They are views of the input, or of a buffer that is not used again.
   *  @throws WireError for a wrong intro or an oversized frame. */
  push(chunk: Uint8Array): Uint8Array[] {
    const input = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    const began = this.#pending.length
    this.#pending = began === 0 ? input : this.#grown(input)
    if (!this.#introSeen && !this.#readIntro()) {
      if (began === 0) this.#keepRest()
      return []
    }
    const frames: Uint8Array[] = []
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame)
    if (began === 0 || frames.length > 0 || this.#pending.byteOffset !== this.#buffer.byteOffset) this.#keepRest()
    return frames
  }

  #grown(input: Buffer): Buffer {
    const length = this.#pending.length
    const needed = length + input.length
    if (needed > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(needed, 2 * this.#buffer.length))
      this.#pending.copy(larger)
      this.#buffer = larger
    }
    input.copy(this.#buffer, length)
    return this.#buffer.subarray(0, needed)
  }

  /** A rest must not keep a large chunk alive, and frames that were handed out must not change. */
  #keepRest(): void {
    this.#buffer = Buffer.from(this.#pending)
    this.#pending = this.#buffer
  }

  #next(): Buffer | undefined {
    if (this.#pending.length < 3) return undefined
    const size = this.#pending.readUIntBE(0, 3)
    if (size > maxFrameBytes) throw new WireError(`a frame of ${size} bytes`)
    if (this.#pending.length < 3 + size) return undefined
    const frame = this.#pending.subarray(3, 3 + size)
    this.#pending = this.#pending.subarray(3 + size)
    return frame
  }

  #readIntro(): boolean {
    const skip = this.#routingBytes()
    if (skip === undefined || this.#pending.length < skip + intro.length) return false
    if (!this.#pending.subarray(skip, skip + intro.length).equals(intro)) throw new WireError('not a WhatsApp client')
    this.#pending = this.#pending.subarray(skip + intro.length)
    this.#introSeen = true
    return true
  }

  /** Length of the routing prefix: `ED`, 0, 1, three bytes of length, routing info. Undefined while it is incomplete. */
  #routingBytes(): number | undefined {
    if (this.#pending.length < 4) return undefined
    if (this.#pending[0] !== 0x45 || this.#pending[1] !== 0x44) return 0
    if (this.#pending.length < 7) return undefined
    const size = this.#pending.readUIntBE(4, 3)
    if (size > maxRoutingBytes) throw new WireError(`a routing prefix of ${size} bytes`)
    return 7 + size
  }
}

/** Puts the three-byte length in front. */
export function frame(body: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(3 + body.length)
  framed.writeUIntBE(body.length, 0, 3)
  framed.set(body, 3)
  return framed
}
