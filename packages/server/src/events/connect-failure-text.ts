import type { SessionState } from '@switchboard/engine'

/** `405: text`, as far as either is known. */
export const connectFailure = (state: SessionState): string =>
  [state.code, state.detail ?? state.reason ?? state.name].filter((part) => part !== undefined).join(': ')
