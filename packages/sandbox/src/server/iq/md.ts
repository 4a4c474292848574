import { child, jidAttr } from '../../wire/node-access.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** What a linked device may ask of the account's device list. (Requests of a device that is not linked yet: server/registration.ts.)
 *  remove-companion-device: seen in two clients (whatsmeow client.go Logout, baileys socket.js logout). */
export const md: IqNamespace = {
  xmlns: 'md',
  handlers: { 'set remove-companion-device': removeCompanion },
}

/** A companion may remove itself, the phone any companion. */
function removeCompanion({ world, from, node }: IqRequest): undefined {
  const jid = jidAttr(child(node, 'remove-companion-device'), 'jid')
  const device = jid && world.device(jid)
  if (!device || device.account !== from.account) throw new StanzaError(404, 'item-not-found')
  if (device.id === 0 || (from.id !== 0 && device !== from)) throw new StanzaError(403, 'forbidden')
  // The answer leaves first: removal ends the stream.
  setImmediate(() => world.removeDevice(device, 'user_initiated'))
}
