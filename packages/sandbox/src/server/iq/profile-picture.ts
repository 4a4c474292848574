import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace } from './iq-handler.ts'

/** Nobody has a picture yet: whatsmeow (user.go) and baileys (chats.js) both take 404 for that. Seen in two clients. */
export const profilePicture: IqNamespace = {
  xmlns: 'w:profile:picture',
  handlers: {
    'get picture': () => {
      throw new StanzaError(404, 'item-not-found')
    },
  },
}
