/** A key that the phone has not shared with this device. */
export class MissingKey extends Error {
  override readonly name = 'MissingKey'
  /** Base64. */
  readonly keyId: string

  constructor(keyId: string) {
    super(`the app-state key ${keyId} is missing`)
    this.keyId = keyId
  }
}

/** Something of the account's state does not hold: a MAC, or a version that does not follow the one before. */
export class SpoiltState extends Error {
  override readonly name = 'SpoiltState'
}

/** A file of the account's state could not be fetched from the media host. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed'
}
