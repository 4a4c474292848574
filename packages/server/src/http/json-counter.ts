/** Texts, numbers and the like that one body may hold. The largest that clients send have some thousand (the members of a group). */
const maxValues = 10_000
/** What we take is nested a few levels deep. */
const maxDepth = 64

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** Counts what a JSON text holds, chunk by chunk and before anything is parsed: 8 MiB of small fields take a parser seconds, and this none. It does not care
 *  whether the text is valid. */
export class JsonCounter {
  #values = 1
  #depth = 0
  #inText = false
  #escaped = false
  refusal: string | undefined

  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.refusal; at++) {
      const byte = chunk[at]!
      if (this.#inText) at = this.#skipText(chunk, at)
      else if (byte === quote) this.#inText = true
      else if (byte === comma) this.#count()
      else if (byte === openBracket || byte === openBrace) this.#enter()
      else if (byte === closeBracket || byte === closeBrace) this.#depth--
    }
  }

  /** @returns where the text ends, or the chunk */
  #skipText(chunk: Uint8Array, from: number): number {
    let escaped = this.#escaped
    let at = from
    for (; at < chunk.length; at++) {
      if (escaped) escaped = false
      else if (chunk[at] === backslash) escaped = true
      else if (chunk[at] === quote) {
        this.#inText = false
        break
      }
    }
    this.#escaped = escaped
    return at
  }

  #count(): void {
    if (++this.#values > maxValues) this.refusal = `holds more than ${maxValues} values`
  }

  #enter(): void {
    this.#count()
    if (++this.#depth > maxDepth) this.refusal = `is nested deeper than ${maxDepth} levels`
  }
}
