/** Counts of the last hour or so in a ring of equal spans of time, so that what is old falls out by itself. A few hundred bytes, whatever is counted. */
export class RecentCounts {
  readonly #slots: number
  readonly #slotMs: number
  readonly #width: number
  readonly #counts: Uint32Array
  /** Number of the newest span that has counts. */
  #newest = -1

  /** @param width how many things are counted next to each other */
  constructor({ slots, slotMs, width }: { slots: number; slotMs: number; width: number }) {
    this.#slots = slots
    this.#slotMs = slotMs
    this.#width = width
    this.#counts = new Uint32Array(slots * width)
  }

  /** @param now monotonic, ms */
  add(now: number, column: number): void {
    this.#moveTo(now)
    const place = (this.#newest % this.#slots) * this.#width + column
    this.#counts[place] = this.#counts[place]! + 1
  }

  /** Adds what it has of each column, of the newest `slots` spans up to now, to `sums`. */
  addTo(sums: number[], now: number, slots = this.#slots): void {
    this.#moveTo(now)
    for (let back = 0; back < slots && back <= this.#newest; back++) {
      const from = ((this.#newest - back) % this.#slots) * this.#width
      for (let column = 0; column < this.#width; column++) {
        sums[column] = (sums[column] ?? 0) + this.#counts[from + column]!
      }
    }
  }

  #moveTo(now: number): void {
    const slot = Math.floor(now / this.#slotMs)
    if (slot <= this.#newest) return
    const from = Math.max(this.#newest + 1, slot - this.#slots + 1)
    for (let passed = from; passed <= slot; passed++) {
      const place = (passed % this.#slots) * this.#width
      this.#counts.fill(0, place, place + this.#width)
    }
    this.#newest = slot
  }
}
