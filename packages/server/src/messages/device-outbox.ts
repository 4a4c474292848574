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

  /** What stands in the device's lane counts as long as the line in which it was put is not aborted. */
  get line(): AbortSignal {
    return this.#line.signal
  }

  /** What stands in the lane has lost its place: its order, or its link, is gone. It steps aside and is read from the database again. */
  cut(): void {
    this.behind = true
    this.more = true
    this.#line.abort()
    this.#line = new AbortController()
  }
}
