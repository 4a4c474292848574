const tripsAfter = 5
const pauses = [5_000, 30_000, 60_000, 5 * 60_000]

/** Whether an endpoint may be called. After several failures in a row it pauses; then one caller tries (half-open), and its outcome decides. */
export class Breaker {
  #failures = 0
  #trips = 0
  #probing = false
  #openUntil = 0
  #open = false

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

  /** Answers whether this closed an open breaker. */
  succeeded(): boolean {
    const recovered = this.#open
    this.#failures = 0
    this.#trips = 0
    this.#open = false
    this.#probing = false
    return recovered
  }

  /** Notes a failure of that instant. `holdMs`: the endpoint itself asked for so much time. */
  failed(at: number, holdMs = 0): void {
    this.#failures++
    const wasProbe = this.#probing
    this.#probing = false
    const trips = (!this.#open && this.#failures >= tripsAfter) || (this.#open && wasProbe)
    if (trips) {
      this.#open = true
      this.#openUntil = at + pauses[Math.min(this.#trips, pauses.length - 1)]!
      this.#trips++
    }
    if (holdMs > 0) {
      this.#open = true
      this.#openUntil = Math.max(this.#openUntil, at + holdMs)
    }
  }
}
