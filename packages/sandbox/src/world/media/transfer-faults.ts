/** What befalls the next uploads, or downloads, each once and in the order in which it was asked for. */
export class TransferFaults {
  readonly #waiting: (number | Promise<void>)[] = []

  /** The next ones are refused with that status. */
  refuseNext(status: number, count = 1): void {
    for (let i = 0; i < count; i++) this.#waiting.push(status)
  }

  /** The next one is read, and answered only when the function that this returns is called. */
  holdNext(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(promise)
    return resolve
  }

  next(): number | Promise<void> | undefined {
    return this.#waiting.shift()
  }
}
