import { child, textAttr } from '../../wire/node-access.ts'
import type { IqNamespace } from './iq-handler.ts'

/** The client has refetched what the server called dirty. Seen in two clients (whatsmeow appstate.go MarkNotDirty, baileys chats.js cleanDirtyBits). */
export const dirty: IqNamespace = {
  xmlns: 'urn:xmpp:whatsapp:dirty',
  handlers: {
    'set clean': ({ world, from, node }) => {
      if (textAttr(child(node, 'clean'), 'type') === 'groups') world.groups.clean(from)
      return undefined
    },
  },
}
