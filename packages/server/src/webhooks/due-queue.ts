/** Things that are due at an instant, earliest first (a binary heap): thousands of waits cost one timer. */
export class DueQueue<Item> {
  readonly #heap: { readonly at: number; readonly item: Item }[] = []

  get size(): number {
    return this.#heap.length
  }

  /** When the earliest is due. */
  get nextAt(): number | undefined {
    return this.#heap[0]?.at
  }

  push(at: number, item: Item): void {
    const heap = this.#heap
    let place = heap.push({ at, item }) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (heap[parent]!.at <= heap[place]!.at) return
      this.#swap(place, parent)
      place = parent
    }
  }

  /** Takes the earliest when it is due at `now`. */
  shiftDue(now: number): Item | undefined {
    const heap = this.#heap
    const first = heap[0]
    if (!first || first.at > now) return undefined
    const last = heap.pop()!
    if (heap.length > 0) {
      heap[0] = last
      this.#sink()
    }
    return first.item
  }

  #sink(): void {
    const heap = this.#heap
    for (let place = 0; ; ) {
      const left = 2 * place + 1
      const right = left + 1
      let least = place
      if (left < heap.length && heap[left]!.at < heap[least]!.at) least = left
      if (right < heap.length && heap[right]!.at < heap[least]!.at) least = right
      if (least === place) return
      this.#swap(place, least)
      place = least
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap
    const kept = heap[a]!
    heap[a] = heap[b]!
    heap[b] = kept
  }
}
