import type { Notification } from './notification.ts'

/** The account asks for its passkey before it links (seen in: whatsmeow notification.go, pair-passkey.go). */
export const passkeyRequest: Notification = {
  type: 'passkey_prologue_request',
  whole: (node, { passkey }) => passkey.required(node),
}

/** The phone has seen what was signed. */
export const passkeyContinuation: Notification = {
  type: 'crsc_continuation',
  whole: (node, { passkey }) => passkey.continued(node),
}
