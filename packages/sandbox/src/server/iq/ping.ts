import type { IqNamespace } from './iq-handler.ts'

/** Keep-alive. baileys sends a `<ping/>` child, whatsmeow none. Seen in two clients. */
export const ping: IqNamespace = { xmlns: 'w:p', handlers: { get: () => undefined } }
