/** What befalls one transfer.
 *  - `refuse`: the host answers with that status
 *  - `break`: the connection is reset when so much of the file has gone over it, from 0 to 1
 *  - `silence`: nothing is read and nothing answered, as long as the client holds the connection
 *  - `hold`: it is taken, and answered only then */
export type TransferFault =
  | { readonly kind: 'refuse'; readonly status: number }
  | { readonly kind: 'break'; readonly share: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'hold'; readonly until: Promise<void> }

/** What befalls the next uploads, or downloads, each once and in the order in which it was asked for. */
export class TransferFaults {
  readonly #waiting: TransferFault[] = []

  /** The next ones are struck so, one after the other. */
  strikeNext(fault: TransferFault, count = 1): void {
    for (let i = 0; i < count; i++) this.#waiting.push(fault)
  }

  /** The next ones are refused with that status. */
  refuseNext(status: number, count = 1): void {
    this.strikeNext({ kind: 'refuse', status }, count)
  }

  /** The next one is read, and answered only when the function that this returns is called. */
  holdNext(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.strikeNext({ kind: 'hold', until: promise })
    return resolve
  }

  next(): TransferFault | undefined {
    return this.#waiting.shift()
  }

  /** Whatever waits to strike is called off. */
  clear(): void {
    this.#waiting.length = 0
  }
}
