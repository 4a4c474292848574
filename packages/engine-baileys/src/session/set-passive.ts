import { serverJid } from '../wire/nodes.ts'
import type { SessionContext } from './session-context.ts'

/** Asks for stanzas as they come, or, when passive, for having them kept (seen in: whatsmeow connectionevents.go `SetPassive`, baileys socket.js). */
export async function setPassive(passive: boolean, { wire }: Pick<SessionContext, 'wire'>): Promise<void> {
  const content = [{ tag: passive ? 'passive' : 'active', attrs: {} }]
  await wire.query({ tag: 'iq', attrs: { to: serverJid, xmlns: 'passive', type: 'set' }, content })
}
