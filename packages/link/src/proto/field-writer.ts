import type { Scalar, ScalarKind } from './field-reader.ts'

/** Writes protobuf fields from the last to the first, so that every length is known when its turn comes. */
export class FieldWriter {
  #bytes = Buffer.allocUnsafe(512)
  #at = this.#bytes.length

  /** Everything that was written, in memory of its own. */
  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(this.#at))
  }

  /** Where the content that is written next ends. */
  mark(): number {
    return this.#bytes.length - this.#at
  }

  /** The length of what was written since a mark. */
  lengthSince(mark: number): void {
    this.#varint(this.mark() - mark, 0)
  }

  tag(number: number, wireType: number): void {
    this.#varint(((number << 3) | wireType) >>> 0, 0)
  }

  raw(content: Uint8Array): void {
    const start = this.#reserve(content.length)
    this.#bytes.set(content, start)
  }

  /** @throws RangeError for a number that is out of the kind's range */
  scalar(kind: ScalarKind, value: Scalar): void {
    if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'boolean') this.#varint(value ? 1 : 0, 0)
    else if (typeof value === 'number') this.#number(kind, value)
    else {
      this.raw(value)
      this.#varint(value.length, 0)
    }
  }

  #text(value: string): void {
    const length = Buffer.byteLength(value)
    const start = this.#reserve(length)
    this.#bytes.write(value, start)
    this.#varint(length, 0)
  }

  #number(kind: ScalarKind, value: number): void {
    let start: number
    switch (kind) {
      case 'x':
        start = this.#reserve(4)
        this.#bytes.writeUInt32LE(value, start)
        break
      case 'f':
        start = this.#reserve(4)
        this.#bytes.writeFloatLE(value, start)
        break
      case 'd':
        start = this.#reserve(8)
        this.#bytes.writeDoubleLE(value, start)
        break
      default:
        if (!Number.isSafeInteger(value)) throw new RangeError('not a whole number')
        // A negative number is written as the 64 bits of its two's complement.
        this.#varint(value >>> 0, Math.floor(value / 2 ** 32) >>> 0)
    }
  }

  #varint(low: number, high: number): void {
    const bits = high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high)
    const length = Math.max(1, Math.ceil(bits / 7))
    const start = this.#reserve(length)
    for (let index = 0; index < length; index++) {
      const more = index < length - 1 ? 0x80 : 0
      this.#bytes[start + index] = (low & 0x7f) | more
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
  }

  /** Makes room before what is there, and says where it begins. The buffer may be another one afterwards. */
  #reserve(length: number): number {
    if (length > this.#at) {
      const used = this.mark()
      const grown = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(used + length + 1)))
      this.#bytes.copy(grown, grown.length - used, this.#at)
      this.#bytes = grown
      this.#at = grown.length - used
    }
    this.#at -= length
    return this.#at
  }
}
