/** Lets callers wait for a condition on state that changes now and then. */
export class StateWatch {
  readonly #checks = new Set<() => void>()

  /** Something may be different now. */
  changed(): void {
    for (const check of [...this.#checks]) check()
  }

  /** Resolves when the condition holds, or after the bound. */
  until(condition: () => boolean, boundMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = () => {
      clearTimeout(timer)
      this.#checks.delete(check)
      resolve()
    }
    const check = () => {
      if (condition()) done()
    }
    const timer = setTimeout(done, boundMs)
    this.#checks.add(check)
    check()
    return promise
  }
}
