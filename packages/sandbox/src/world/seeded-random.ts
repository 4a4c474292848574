/** Reproducible randomness for everything that is not key material: ids, phone numbers, refs, fault choices.
 *  The generator is sfc32 by Chris Doty-Humphrey (public domain, PractRand), seeded through splitmix32. */
export class SeededRandom {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number) {
    let state = seed | 0
    const split = (): number => {
      state = (state + 0x9e3779b9) | 0
      let mixed = state ^ (state >>> 16)
      mixed = Math.imul(mixed, 0x21f0aaad)
      mixed ^= mixed >>> 15
      mixed = Math.imul(mixed, 0x735a2d97)
      return (mixed ^ (mixed >>> 15)) | 0
    }
    this.#a = split()
    this.#b = split()
    this.#c = split()
    for (let round = 0; round < 12; round++) this.uint32()
  }

  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** A fraction in [0, 1). */
  next(): number {
    return this.uint32() / 0x1_0000_0000
  }

  /** A whole number in [0, limit). */
  integer(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.uint32() & 0xff)
  }

  /** `length` decimal digits, the first never 0. */
  digits(length: number): string {
    let text = String(1 + this.integer(9))
    while (text.length < length) text += this.integer(10)
    return text
  }

  hex(byteCount: number): string {
    return Buffer.from(this.bytes(byteCount)).toString('hex').toUpperCase()
  }

  /** Where the generator is. */
  snapshot(): number[] {
    return [this.#a, this.#b, this.#c, this.#counter]
  }

  /** Continues from there. */
  restore([a = 0, b = 0, c = 0, counter = 1]: readonly number[]): void {
    this.#a = a
    this.#b = b
    this.#c = c
    this.#counter = counter
  }
}
