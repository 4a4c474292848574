import { child, contentText } from '../../wire/node-access.ts'
import type { IqNamespace } from './iq-handler.ts'

/** The about text. Setting: seen in two clients (whatsmeow user.go SetStatusMessage, baileys chats.js updateProfileStatus).
 *  `get privacy` (who sees status posts): one client (whatsmeow broadcast.go); everybody here. */
export const status: IqNamespace = {
  xmlns: 'status',
  handlers: {
    'set status': ({ world, from, node }) => {
      from.account.about = { text: contentText(child(node, 'status')) ?? '', at: world.clock.now() }
      return undefined
    },
    'get privacy': () => [
      {
        tag: 'privacy',
        attrs: {},
        content: [{ tag: 'list', attrs: { type: 'contacts', default: 'true' }, content: [] }],
      },
    ],
  },
}
