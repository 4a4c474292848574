/** The error classes of libsignal's interface. */
export class SignalError extends Error {
  constructor(message, options) {
    super(message, options)
    this.name = new.target.name
  }
}

export class UntrustedIdentityKeyError extends SignalError {
  constructor(addr, identityKey) {
    super(`The identity key of ${addr} is not trusted`)
    this.addr = addr
    this.identityKey = identityKey
  }
}

export class SessionError extends SignalError {}
export class MessageCounterError extends SessionError {}
export class PreKeyError extends SessionError {}

// Baileys decides by these texts what to do next (lib/Utils/decode-wa-message.js).
const TRANSLATIONS = {
  no_session: () => new SessionError('No session record'),
  duplicate_message: (cause) => new MessageCounterError('Key used already or never filled', { cause }),
  key_given_up: (cause) => new MessageCounterError('Key used already or never filled', { cause }),
  too_far_ahead: (cause) => new SessionError('Over 2000 messages into the future!', { cause }),
  unknown_prekey: (cause) => new PreKeyError(cause.message, { cause }),
  bad_mac: (cause) => new SessionError('Bad MAC', { cause }),
}

/** Runs `step`, turning our own errors into the ones that callers of libsignal know. */
export function translated(step) {
  try {
    return step()
  } catch (error) {
    throw TRANSLATIONS[error.code]?.(error) ?? error
  }
}
