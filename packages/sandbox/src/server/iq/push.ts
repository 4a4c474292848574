import type { IqNamespace } from './iq-handler.ts'

/** Push notification settings: a world has no push service, so a registration is accepted and never used.
 *  Seen in one client (whatsmeow push.go). */
export const push: IqNamespace = { xmlns: 'urn:xmpp:whatsapp:push', handlers: { 'set config': () => undefined } }
