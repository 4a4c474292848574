import { child, textAttr } from '../../wire/node-access.ts'
import { syncAccount } from '../notifications/people.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace } from './iq-handler.ts'

/** Default timer for new chats. Seen in two clients (whatsmeow privacysettings.go, baileys chats.js); that the other devices get it: one client
 *  (baileys messages-recv.js account_sync). */
export const disappearingMode: IqNamespace = {
  xmlns: 'disappearing_mode',
  handlers: {
    'set disappearing_mode': ({ world, from, node }) => {
      const duration = Number(textAttr(child(node, 'disappearing_mode'), 'duration'))
      if (!Number.isSafeInteger(duration) || duration < 0) throw new StanzaError(400, 'bad-request')
      from.account.disappearingMode = { duration, at: world.clock.now() }
      const attrs = { duration: String(duration), t: String(world.seconds()) }
      syncAccount(world, from.account, from, { tag: 'disappearing_mode', attrs })
      world.log.append('disappearing_mode.changed', { phone: from.account.phone, duration })
      return undefined
    },
  },
}
