/** Life of one connection attempt. A session object ends in any state but `connecting`, `pairing` and `open`. */
export type SessionStateName =
  | 'connecting'
  /** Waiting for a phone to scan the QR code or to enter the pairing code. */
  | 'pairing'
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
  /** When a temporary ban ends, Unix ms. */
  readonly expiresAt?: number
}

export const isFinal = (state: SessionState): boolean =>
  state.name !== 'connecting' && state.name !== 'pairing' && state.name !== 'open'
