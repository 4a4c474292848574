/** Something could not be made durable, or not be read back. Nothing that depends on it may be acknowledged. */
export class NotStoredError extends Error {
  override readonly name = 'NotStoredError'

  constructor(cause: unknown) {
    super('the store refused', { cause })
  }
}
