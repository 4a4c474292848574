import { createHash, randomBytes } from 'node:crypto'

/** Shorter ones are said to many people by everybody. */
const shortest = 20
/** As many texts of a device are remembered. */
const mostTexts = 64
const bits = 256

/** How many people got the same text today. Of texts and people only hashes are kept, in memory, under a key of this process. */
export class SameTexts {
  readonly #key = randomBytes(16)
  #day = 0
  /** For each text a map of bits, one for each person: their number is estimated by how many are set, which takes little memory however many there are. */
  readonly #texts = new Map<string, Uint8Array>()

  /** A text left to somebody. @returns how many people got it today, about; 0 for a short one */
  said(text: string | undefined, chat: string, day: number): number {
    if (text === undefined || text.length < shortest) return 0
    if (day !== this.#day) this.#texts.clear()
    this.#day = day
    const name = this.#hash(text).toString('base64', 0, 12)
    const map = this.#texts.get(name) ?? new Uint8Array(bits / 8)
    this.#texts.delete(name)
    this.#texts.set(name, map)
    if (this.#texts.size > mostTexts) this.#texts.delete(this.#texts.keys().next().value!)
    const place = this.#hash(chat)[0]!
    map[place >> 3]! |= 1 << (place & 7)
    return estimate(map)
  }

  #hash(text: string): Buffer {
    return createHash('sha1').update(this.#key).update(text).digest()
  }
}

/** Linear counting: so many different ones leave so many bits free. */
const estimate = (map: Uint8Array): number => {
  let set = 0
  for (const byte of map) for (let rest = byte; rest > 0; rest &= rest - 1) set++
  return Math.round(-bits * Math.log(Math.max(1, bits - set) / bits))
}
