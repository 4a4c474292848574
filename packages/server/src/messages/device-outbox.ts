/** The sends of one device, as this process knows them. */
export class DeviceOutbox {
  /** Some may wait in the database alone: what is new waits there too, so that nothing overtakes them. */
  behind = false
  /** The database is being read for them. */
  reading = false
  /** Something may have come since it was read last. */
  more = false
  /** Sends that were handed to a session and are not written yet. */
  inFlight = 0
  /** Sends with files that are being uploaded. */
  uploading = 0
  /** Resolves when the newest of them has taken its turn, or will not. */
  lastUpload: Promise<void> = Promise.resolve()
  #line = new AbortController()
  /** Steps of sends that are under way in this line. */
  #standing = new Set<Promise<unknown>>()
  /** Settles when what has lost its place is in the database alone. */
  #leaving: Promise<unknown> = Promise.resolve()

  /** What stands in the device's lane counts as long as the line in which it was put is not aborted. */
  get line(): AbortSignal {
    return this.#line.signal
  }

  /** A step of a send that was put in a line: its turn, or the way to its session. */
  stands(step: Promise<unknown>, line: AbortSignal): void {
    if (line.aborted) {
      this.leaves(step)
      return
    }
    const standing = this.#standing
    standing.add(step)
    void step.finally(() => standing.delete(step)).catch(() => {})
  }

  /** A step at the end of which a send waits in the database alone. */
  leaves(step: Promise<unknown>): void {
    // The outcomes are dropped: each would hold all that came before it, as long as the process runs.
    this.#leaving = Promise.allSettled([this.#leaving, step]).then(() => undefined)
  }

  /** Resolves when nothing is on its way back to the database: who read before then would miss it, and take what came after it. */
  async left(): Promise<void> {
    let seen: Promise<unknown> | undefined
    while (seen !== this.#leaving) {
      seen = this.#leaving
      await seen
    }
  }

  /** What stands in the lane has lost its place: its order, or its link, is gone. It steps aside and is read from the database again. */
  cut(): void {
    this.behind = true
    this.more = true
    this.leaves(Promise.allSettled(this.#standing))
    this.#standing = new Set()
    this.#line.abort()
    this.#line = new AbortController()
  }
}
