import type { IqNamespace } from './iq-handler.ts'

/** A client that logged in passively says it is ready: from then on it gets what waited for it. Seen in two clients (whatsmeow
 *  connectionevents.go SetPassive, baileys socket.js sendPassiveIq). The socket sees the request pass and attaches after the answer. */
export const passive: IqNamespace = {
  xmlns: 'passive',
  handlers: { 'set active': () => undefined, 'set passive': () => undefined },
}
