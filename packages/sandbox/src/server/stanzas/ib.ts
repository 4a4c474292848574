import { children } from '../../wire/node-access.ts'
import { deviceName } from '../../world/address.ts'
import type { StanzaHandler } from '../stanza-handler.ts'

/** Information blocks that ask for nothing.
 *  unified_session: seen in two clients (whatsmeow client.go sendUnifiedSession, baileys socket.js). offline_batch: one client (baileys); whatsmeow never pages
 *  the offline queue, so it is sent whole. */
const known = new Set(['unified_session', 'offline_batch'])

export const handleIb: StanzaHandler = (world, from, node) => {
  for (const block of children(node))
    if (!known.has(block.tag)) world.unhandled.record(`ib/${block.tag}`, deviceName(from))
  return undefined
}
