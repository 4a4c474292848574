/** Bytes that are not what the protocol says they must be. Whoever sent them gets disconnected. */
export class WireError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'WireError'
  }
}
