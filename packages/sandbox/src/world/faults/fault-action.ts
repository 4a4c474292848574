/** What befalls a stanza.
 *  - `drop`: it vanishes; an outgoing one stays in the mailbox
 *  - `delay`: it travels `ms` later, others overtake it
 *  - `duplicate`: it arrives twice
 *  - `reorder`: it arrives after the next one
 *  - `corrupt`: a byte of its ciphertext flips (messages, patches of app state); what holds none is not struck
 *  - `nack`: the server refuses it with that code: in its ack, or in the answer to an iq (`in` only)
 *  - `stream-error`: the stream ends with that code instead
 *  - `silence`: from here on the socket stays open and says nothing (`out` only)
 *  After `drop`, `stream-error` and `silence` a virtual phone connects anew by itself, some seconds later. */
export type FaultAction =
  | { readonly kind: 'drop' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'reorder' }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'nack'; readonly code: number }
  | { readonly kind: 'stream-error'; readonly code: number }
  | { readonly kind: 'silence' }

/** A state that a device or its account is in, until it is over or called off. `ms` and `seconds` are world time.
 *  - `partition`: nothing gets through in either direction; it arrives, in order, once the way is open again. Without `ms` until called off
 *  - `exhausted-pre-keys`: the server hands out no one-time prekey of this device
 *  - `login-failure`: the next login is refused with that reason
 *  - `temporary-ban`: every login is refused with 402, its code, and the seconds that are left
 *  - `client-outdated`: every login is refused with 405
 *  - `reach-out-timelock`: messages to people that the account never talked to are refused with 463. Without `seconds` until called off, and no end is named
 *  - `strict-tokens`: the same where such a message shows neither the token of its recipient nor one that the account derives; until called off */
export type FaultCondition =
  | { readonly kind: 'partition'; readonly ms?: number }
  | { readonly kind: 'exhausted-pre-keys' }
  | { readonly kind: 'login-failure'; readonly reason: number; readonly code?: number; readonly seconds?: number }
  | { readonly kind: 'temporary-ban'; readonly seconds: number; readonly code?: number }
  | { readonly kind: 'client-outdated' }
  | { readonly kind: 'reach-out-timelock'; readonly seconds?: number }
  | { readonly kind: 'strict-tokens' }

/** Which way a stanza travels: `in` from the device to the server, `out` from the server to the device. */
export type Direction = 'in' | 'out'

export interface FaultRule {
  readonly direction: Direction
  /** Tag of the stanzas meant: message, receipt, notification, iq, ack, presence …; absent means any. */
  readonly tag?: string
  /** `type` attribute of the stanzas meant. */
  readonly type?: string
  /** Namespace of the iqs meant. */
  readonly xmlns?: string
  readonly action: FaultAction
  /** How many matching stanzas it strikes; 1 when absent. */
  readonly count?: number
  /** Chance in [0, 1] that a matching stanza is struck, drawn from the world's seed; 1 when absent. */
  readonly probability?: number
}
