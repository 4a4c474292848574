/** A queue. Adding and taking cost the same, however long it is. */
export class Fifo<Item> {
  #in: Item[] = []
  #out: Item[] = []

  get size(): number {
    return this.#in.length + this.#out.length
  }

  push(item: Item): void {
    this.#in.push(item)
  }

  shift(): Item | undefined {
    if (this.#out.length === 0) {
      this.#out = this.#in.reverse()
      this.#in = []
    }
    return this.#out.pop()
  }
}
