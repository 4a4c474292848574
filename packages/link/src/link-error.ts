/** What went wrong with a connection or one of its requests. */
export type LinkErrorCode =
  /** The connection is closed, or was closed before the answer came. */
  | 'closed'
  /** No answer came in time. */
  | 'timeout'
  /** The answer is a refusal; `remoteCode` is WhatsApp's number for it. */
  | 'refused'
  /** The other side does not speak the protocol. */
  | 'malformed'
  /** The other side does not prove to be WhatsApp. */
  | 'untrusted'

export class LinkError extends Error {
  override readonly name = 'LinkError'
  readonly code: LinkErrorCode
  readonly remoteCode: number | undefined

  constructor(code: LinkErrorCode, message: string, options: ErrorOptions & { readonly remoteCode?: number } = {}) {
    super(message, options)
    this.code = code
    this.remoteCode = options.remoteCode
  }
}
