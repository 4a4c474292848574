import { serverJid } from './nodes.ts'
import type { Wire } from './wire.ts'

/** Tells WhatsApp that what it called dirty was fetched. Seen in: whatsmeow appstate.go `MarkNotDirty`, baileys chats.js `cleanDirtyBits`.
 *  @param timestamp seconds, as WhatsApp named it. @throws EngineError `timeout`, `refused`, `closed` */
export async function markClean(wire: Wire, type: string, timestamp: string | undefined): Promise<void> {
  const clean = { tag: 'clean', attrs: { type, ...(timestamp === undefined ? {} : { timestamp }) } }
  const attrs = { to: serverJid, type: 'set', xmlns: 'urn:xmpp:whatsapp:dirty' }
  await wire.query({ tag: 'iq', attrs, content: [clean] })
}
