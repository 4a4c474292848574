/** What setTimeout can take; longer waits (a ban of weeks) are cut into pieces. */
const longestMs = 2 ** 31 - 1

/** One pending attempt. Does not keep the process alive. */
export class RetryTimer {
  #timer: NodeJS.Timeout | undefined

  /** Replaces what was pending. */
  arm(delayMs: number, task: () => void): void {
    this.clear()
    const step = Math.min(Math.max(0, delayMs), longestMs)
    this.#timer = setTimeout(() => {
      if (delayMs > step) this.arm(delayMs - step, task)
      else task()
    }, step).unref()
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
