/** Why a Signal operation was refused. The record that was passed in is unchanged whenever one of these is thrown. */
export type SignalErrorCode =
  /** No session (or none that is open) with this peer device. */
  | 'no_session'
  /** The MAC does not match under any known session: corrupted, forged, or for a session we do not have. */
  | 'bad_mac'
  /** A sender key message with a signature that does not match. */
  | 'bad_signature'
  /** This message was already decrypted. */
  | 'duplicate_message'
  /** This message was already decrypted, or its key was stepped over and given up since. Its sender can be asked to send it again. */
  | 'key_given_up'
  /** More than 2000 messages ahead of what was seen last. */
  | 'too_far_ahead'
  /** The message names a prekey or signed prekey that we do not hold (any more). */
  | 'unknown_prekey'
  /** The signed prekey of a bundle is not signed by its identity key. */
  | 'untrusted_signature'
  | 'bad_version'
  | 'malformed'
  /** A public key that cannot take part in an agreement (wrong length, low order). */
  | 'bad_key'
  /** No sender key with the id that the group message names, or no private half to send with. */
  | 'no_sender_key'

/** Every expected failure of this package; `code` says which. */
export class SignalError extends Error {
  readonly code: SignalErrorCode

  constructor(code: SignalErrorCode, message: string) {
    super(message)
    this.name = 'SignalError'
    this.code = code
  }
}
