/** What is certain about a send that failed. */
export type SendCertainty =
  /** Nothing left this machine: sending again is safe. */
  | 'not_sent'
  /** It may have arrived: send again only under the same message id. */
  | 'unknown'
  /** WhatsApp answered that it will not deliver it. */
  | 'refused'

/** A send that did not succeed, and what is known of it. */
export class SendError extends Error {
  override readonly name = 'SendError'
  readonly certainty: SendCertainty
  /** WhatsApp's error code, when it gave one (463 reach-out timelock, 479 invalid stanza…). */
  readonly code: number | undefined

  constructor(certainty: SendCertainty, message: string, options?: { code?: number; cause?: unknown }) {
    super(message, { cause: options?.cause })
    this.certainty = certainty
    this.code = options?.code
  }
}

export type EngineErrorCode =
  | 'not_connected'
  | 'timeout'
  | 'invalid_argument'
  | 'not_on_whatsapp'
  | 'unsupported'
  | 'refused'
  | 'closed'
  /** WhatsApp has the file no longer: the phone can be asked for it. */
  | 'media_gone'
  /** The file is not the one that its message announced, or the message does not say enough to tell. */
  | 'media_flawed'

/** An ability that could not be used. Never carries secrets. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode
  /** WhatsApp's error code, when it gave one. */
  readonly remoteCode: number | undefined

  constructor(code: EngineErrorCode, message: string, options?: { remoteCode?: number; cause?: unknown }) {
    super(message, { cause: options?.cause })
    this.code = code
    this.remoteCode = options?.remoteCode
  }
}

/** The durable write was refused because this node no longer owns the device. The session must close and forget. */
export class OwnershipLostError extends Error {
  override readonly name = 'OwnershipLostError'
}
