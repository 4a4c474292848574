import type { SessionState } from '@switchboard/engine'

const reasons: ReadonlySet<string | undefined> = new Set(['connect_failed', 'proxy_failed', 'handshake_failed'])

/** WhatsApp refused the connection, or could not be reached. */
export const isConnectFailure = (state: SessionState): boolean => state.name === 'blocked' || reasons.has(state.reason)

/** `405: text`, as far as either is known. */
export const connectFailure = (state: SessionState): string =>
  [state.code, state.detail ?? state.reason ?? state.name].filter((part) => part !== undefined).join(': ')
