/** Life of one connection attempt. A session object ends in any state but `connecting`, `pairing`, `passkey_required`, `passkey_confirm` and `open`. */
export type SessionStateName =
  | 'connecting'
  /** Waiting for a phone to scan the QR code or to enter the pairing code. */
  | 'pairing'
  /** A phone took the code, and WhatsApp wants the account's passkey before it links: {@link SessionHost.passkeyRequired} says what is to be signed. */
  | 'passkey_required'
  /** It is signed. The phone confirms; without a proof of who showed the code a person compares two codes first ({@link SessionHost.passkeyCode}). */
  | 'passkey_confirm'
  /** Nothing was linked: see `reason`. */
  | 'passkey_failed'
  | 'open'
  /** The socket ended; connecting again is right (see `reason`). */
  | 'closed'
  /** Another client opened the same credentials. */
  | 'replaced'
  /** The link was removed, by the phone or by us; the credentials are worthless. */
  | 'logged_out'
  | 'banned'
  /** WhatsApp wants a newer client version. */
  | 'outdated'
  /** WhatsApp refuses this client for another lasting reason. */
  | 'blocked'

export type CloseReason =
  /** 515: WhatsApp asks for a new connection, as after pairing. Not a failure. */
  | 'restart_required'
  | 'connection_lost'
  | 'connect_failed'
  /** The proxy of the session refused, wants other credentials or does not answer; `detail` says which. */
  | 'proxy_failed'
  | 'handshake_failed'
  | 'stream_error'
  | 'service_unavailable'
  | 'pairing_expired'
  | 'pairing_failed'
  /** Nobody signed, or nobody confirmed, in time. */
  | 'passkey_expired'
  /** WhatsApp or the phone does not take the signature, or the proof of who showed the code. */
  | 'passkey_refused'
  /** A person saw another code on the phone. */
  | 'passkey_mismatch'
  /** WhatsApp asked in a way that cannot be read. */
  | 'passkey_unreadable'
  | 'multi_device_missing'
  | 'ownership_lost'
  | 'local'
  /** Its link was brought here from another program, and it has not connected yet. */
  | 'moved'
  /** It comes from a backup, and has not connected since. */
  | 'restored'

export interface SessionState {
  readonly name: SessionStateName
  readonly reason?: CloseReason
  /** Code that WhatsApp gave: 401, 402, 403, 405, 411, 440, 503, 515… */
  readonly code?: number
  /** For people; never secret. */
  readonly detail?: string
  /** When a temporary ban ends, or the time for a passkey, Unix ms. */
  readonly expiresAt?: number
}

const passing: ReadonlySet<SessionStateName> = new Set([
  'connecting',
  'pairing',
  'passkey_required',
  'passkey_confirm',
  'open',
])

export const isFinal = (state: SessionState): boolean => !passing.has(state.name)

/** Whether something is still to be done by a person before the device is linked. */
export const isLinking = ({ name }: { readonly name: string }): boolean =>
  name === 'pairing' || name === 'passkey_required' || name === 'passkey_confirm'
