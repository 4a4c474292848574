/** How the server ends a stream.
 *  - `code`: `<stream:error code="N"/>` (515 restart, 503 retry, 401 device removed, …)
 *  - `replaced`: another socket took this device over
 *  - `removed`: the device was unlinked
 *  - `close`: the socket closes without a word */
export type StreamEnd =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'close' }

/** What the next login is answered with: `<failure reason="N"/>`. */
export interface LoginFailure {
  readonly reason: number
  /** Seconds that a temporary ban (402) lasts. */
  readonly expireSeconds?: number
  /** Sub-code of a temporary ban. */
  readonly code?: number
}
