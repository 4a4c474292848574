/** Wakes one who waits. A ring that nobody waits for is kept for the next who does. */
export class Bell {
  #rung = false
  #ring: (() => void) | undefined

  readonly ring = (): void => {
    this.#rung = true
    this.#ring?.()
  }

  /** Resolves at the next ring, or after `mostMs`. */
  async next(mostMs?: number): Promise<void> {
    if (!this.#rung) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#ring = resolve
      const timer = mostMs === undefined ? undefined : setTimeout(resolve, mostMs)
      await promise
      clearTimeout(timer)
    }
    this.#rung = false
    this.#ring = undefined
  }
}
