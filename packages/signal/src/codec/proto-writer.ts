/** Writes the two protobuf wire types that Signal messages use: varint and length-delimited. */
export class ProtoWriter {
  #buffer: Buffer
  #length = 0

  constructor(sizeHint = 256) {
    this.#buffer = Buffer.allocUnsafe(sizeHint)
  }

  /** A raw byte before the first field: Signal's version byte. */
  byte(value: number): this {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
    return this
  }

  /** An unsigned 32 bit field. */
  uint(field: number, value: number): this {
    this.#varint(field << 3)
    this.#varint(value)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2)
    this.#varint(value.length)
    this.#reserve(value.length)
    this.#buffer.set(value, this.#length)
    this.#length += value.length
    return this
  }

  /** A public key as the wire wants it: 0x05 and the 32 bytes. */
  publicKey(field: number, key: Uint8Array): this {
    this.#varint((field << 3) | 2)
    this.#varint(33)
    this.byte(5)
    this.#reserve(32)
    this.#buffer.set(key, this.#length)
    this.#length += 32
    return this
  }

  /** Everything written so far, copied out of the working buffer, with `extra` zero bytes after it. */
  finish(extra = 0): Uint8Array {
    const result = new Uint8Array(this.#length + extra)
    result.set(this.#buffer.subarray(0, this.#length))
    return result
  }

  #varint(value: number): void {
    this.#reserve(5)
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[this.#length++] = rest
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + count))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }
}
