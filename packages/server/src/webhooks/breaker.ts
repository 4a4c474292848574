const tripsAfter = 5
/** As long as the waits of a delivery, up to five minutes. */
const pauses = [2, 5, 15, 30, 60, 120, 300].map((seconds) => seconds * 1000)

/** Whether an endpoint may be called. After several failures in a row it pauses; then one caller tries (half-open), and its outcome decides. */
export class Breaker {
  #failures = 0
  #trips = 0
  #probing = false
  #openUntil = 0
  #open = false
  /** The endpoint itself has asked for this pause. */
  #asked = false
  /** The end of the pause that was cut short, or is to be. */
  #cutShort = 0

  /** Nothing to remember. */
  get isPristine(): boolean {
    return this.#failures === 0 && !this.#open
  }

  /** When it lets the next caller through; 0 when it is closed or a probe is under way. */
  get opensAt(): number {
    return this.#open && !this.#probing ? this.#openUntil : 0
  }

  /** Takes leave to call. While it is open only one gets it, as a probe. */
  admit(now: number): boolean {
    if (!this.#open) return true
    if (this.#probing || now < this.#openUntil) return false
    this.#probing = true
    return true
  }

  /** Gives leave back unused. */
  release(): void {
    this.#probing = false
  }

  /** There is a reason to hope: lets one caller try before the pause is over. Answers whether a caller may come: each pause is cut short once at most, and
   *  one that the endpoint has asked for never is. */
  hope(now: number): boolean {
    if (!this.#open) return true
    if (this.#probing || this.#asked || this.#cutShort === this.#openUntil) return false
    this.#cutShort = this.#openUntil
    this.#openUntil = Math.min(now, this.#openUntil)
    return true
  }

  /** Answers whether this closed an open breaker. */
  succeeded(): boolean {
    const recovered = this.#open
    this.#failures = 0
    this.#trips = 0
    this.#open = false
    this.#probing = false
    this.#asked = false
    this.#cutShort = 0
    return recovered
  }

  /** Notes a failure of that instant. `holdMs`: the endpoint itself asked for so much time. */
  failed(at: number, holdMs = 0): void {
    this.#failures++
    const wasProbe = this.#probing
    this.#probing = false
    const trips = (!this.#open && this.#failures >= tripsAfter) || (this.#open && wasProbe)
    if (trips && wasProbe && this.#cutShort > at) {
      // The pause continues as if nobody had tried.
      this.#openUntil = this.#cutShort
    } else if (trips) {
      this.#open = true
      this.#openUntil = at + pauses[Math.min(this.#trips, pauses.length - 1)]!
      this.#trips++
    }
    if (trips) this.#asked = false
    if (holdMs > 0) {
      this.#open = true
      this.#asked = true
      this.#openUntil = Math.max(this.#openUntil, at + holdMs)
    }
  }
}
