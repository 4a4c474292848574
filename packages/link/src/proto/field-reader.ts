export type Scalar = string | Uint8Array | boolean | number

/** What a scalar type is called in the schema table. */
export type ScalarKind = 's' | 'b' | 'o' | 'i' | 'u' | 'I' | 'U' | 'x' | 'f' | 'd'

const cut = (): RangeError => new RangeError('a protobuf field is cut short')

/** Reads protobuf fields one after another. Every method throws RangeError for bytes that are none. */
export class FieldReader {
  readonly bytes: Buffer
  at = 0
  #low = 0
  #high = 0

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The field's number, times eight, and its wire type. */
  tag(end: number): number {
    this.#varint(end)
    if (this.#low >>> 3 === 0 || this.#high !== 0) throw new RangeError('a protobuf field without a number')
    return this.#low >>> 0
  }

  /** Where the length-delimited content that begins here ends. */
  length(end: number): number {
    this.#varint(end)
    const contentEnd = this.at + (this.#low >>> 0)
    if (this.#high !== 0 || contentEnd > end) throw cut()
    return contentEnd
  }

  /** A value; undefined for a number that cannot be held exactly. */
  scalar(kind: ScalarKind, end: number): Scalar | undefined {
    switch (kind) {
      case 's': {
        const [start, contentEnd] = this.#content(end)
        return this.bytes.toString('utf8', start, contentEnd)
      }
      case 'b': {
        const [start, contentEnd] = this.#content(end)
        return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, contentEnd - start)
      }
      case 'o':
        this.#varint(end)
        return (this.#low | this.#high) !== 0
      case 'i':
        this.#varint(end)
        return this.#high === 0 || ~this.#high === 0 ? this.#low | 0 : undefined
      case 'u':
        this.#varint(end)
        return this.#high === 0 ? this.#low >>> 0 : undefined
      case 'I':
        this.#varint(end)
        return safe((this.#high | 0) * 2 ** 32 + (this.#low >>> 0))
      case 'U':
        this.#varint(end)
        return safe((this.#high >>> 0) * 2 ** 32 + (this.#low >>> 0))
      case 'x':
        return this.bytes.readUInt32LE(this.#fixed(4, end))
      case 'f':
        return this.bytes.readFloatLE(this.#fixed(4, end))
      case 'd':
        return this.bytes.readDoubleLE(this.#fixed(8, end))
    }
  }

  /** Goes behind a field of whatever kind. */
  skip(tag: number, end: number): void {
    const wireType = tag & 7
    if (wireType === 0) this.#varint(end)
    else if (wireType === 1) this.#fixed(8, end)
    else if (wireType === 5) this.#fixed(4, end)
    else if (wireType === 2) this.at = this.length(end)
    else if (wireType === 3) this.#skipGroup(tag >>> 3, end)
    else throw new RangeError('an unknown protobuf wire type')
  }

  #skipGroup(number: number, end: number): void {
    const open = [number]
    while (open.length > 0) {
      const tag = this.tag(end)
      if ((tag & 7) === 3) open.push(tag >>> 3)
      else if ((tag & 7) !== 4) this.skip(tag, end)
      else if (open.pop() !== tag >>> 3) throw new RangeError('a protobuf group that does not end')
    }
  }

  #content(end: number): [number, number] {
    const contentEnd = this.length(end)
    const start = this.at
    this.at = contentEnd
    return [start, contentEnd]
  }

  #fixed(length: number, end: number): number {
    const start = this.at
    this.at += length
    if (this.at > end) throw cut()
    return start
  }

  /** Reads up to 64 bits into two halves. */
  #varint(end: number): void {
    const first = this.bytes[this.at]
    if (first !== undefined && first < 0x80 && this.at < end) {
      this.at++
      this.#low = first
      this.#high = 0
      return
    }
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= end) throw cut()
      const byte = this.bytes[this.at++]!
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
      if (byte < 0x80) {
        this.#low = low
        this.#high = high
        return
      }
    }
    throw new RangeError('an overlong protobuf number')
  }
}

const safe = (value: number): number | undefined => (Number.isSafeInteger(value) ? value : undefined)
