import type { Notification } from './notification.ts'

/** A contact gave us a token, which goes into what we send to them. */
export const privacyToken: Notification = {
  type: 'privacy_token',
  take: (node, { tokens }) => tokens.take(node),
}
