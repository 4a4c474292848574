import { child, textAttr } from '../../wire/node-access.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace } from './iq-handler.ts'

/** Default timer for new chats. Seen in two clients (whatsmeow privacysettings.go, baileys chats.js). */
export const disappearingMode: IqNamespace = {
  xmlns: 'disappearing_mode',
  handlers: {
    'set disappearing_mode': ({ world, from, node }) => {
      const duration = Number(textAttr(child(node, 'disappearing_mode'), 'duration'))
      if (!Number.isSafeInteger(duration) || duration < 0) throw new StanzaError(400, 'bad-request')
      from.account.disappearingMode = { duration, at: world.clock.now() }
      return undefined
    },
  },
}
