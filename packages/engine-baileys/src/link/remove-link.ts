import type { SessionContext } from '../session/session-context.ts'
import { serverJid } from '../wire/nodes.ts'

const answerMs = 5_000

/** Asks WhatsApp to remove this device from the account (seen in: baileys socket.js `logout`, whatsmeow client.go `Logout`). That it does not
 *  answer is no reason to keep a link that nobody wants. */
export async function removeLink({ creds, wire, warn }: SessionContext): Promise<void> {
  if (!creds.me || !creds.account) return
  const content = [{ tag: 'remove-companion-device', attrs: { jid: creds.me.id, reason: 'user_initiated' } }]
  await wire
    .query({ tag: 'iq', attrs: { to: serverJid, type: 'set', xmlns: 'md' }, content }, answerMs)
    .catch((error) => warn(error, 'logging out was not answered'))
}
