import { LinkError } from '../link-error.ts'

/** A frame begins with its length. */
export const headBytes = 3

/** A message as one frame, in memory of its own. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + message.length)
  frame.writeUIntBE(message.length, 0, headBytes)
  frame.set(message, headBytes)
  return frame
}

/** Cuts a stream of bytes into frames. They may be split over and joined in any number of pieces. */
export class FrameReader {
  /** A longer frame ends the connection. */
  mostBytes: number
  #pieces: Buffer[] = []
  #held = 0

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes
  }

  /** Takes a piece. */
  add(piece: Buffer): void {
    if (piece.length === 0) return
    this.#pieces.push(piece)
    this.#held += piece.length
  }

  /** The next whole frame: a view on the piece that it came in, unless it came in several. @throws LinkError `malformed` */
  next(): Buffer | undefined {
    if (this.#held < headBytes) return undefined
    const length = this.#length()
    if (length > this.mostBytes) throw new LinkError('malformed', `the server announced a frame of ${length} bytes`)
    if (this.#held < headBytes + length) return undefined
    const bytes = this.#joined(headBytes + length)
    const frame = bytes.subarray(headBytes, headBytes + length)
    const rest = bytes.subarray(headBytes + length)
    this.#pieces[0] = rest
    if (rest.length === 0) this.#pieces.shift()
    this.#held -= headBytes + length
    return frame
  }

  #length(): number {
    return this.#joined(headBytes).readUIntBE(0, headBytes)
  }

  /** The first piece, joined with as many others as it takes for so many bytes. */
  #joined(bytes: number): Buffer {
    const [first] = this.#pieces as [Buffer]
    if (first.length >= bytes) return first
    let [count, length] = [0, 0]
    while (length < bytes) length += this.#pieces[count++]!.length
    const joined = Buffer.concat(this.#pieces.slice(0, count), length)
    this.#pieces.splice(0, count, joined)
    return joined
  }
}
