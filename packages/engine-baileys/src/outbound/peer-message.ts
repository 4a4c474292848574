import { bareJid } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import { Message as codec } from '../proto/message.ts'
import { padMessage } from '../proto/padding.ts'
import type { SessionContext } from '../session/session-context.ts'
import { encNode, encryptFor } from './encrypt-for-devices.ts'
import { identityForNewSessions } from './message-stanza.ts'
import { withBundles } from './prepare-direct.ts'

/** Sends something to the own phone that no person sees, such as a request for keys. It is answered by a message of the phone, if at all.
 *  Seen in: whatsmeow send.go `SendPeerMessage`, baileys messages-send.js `sendPeerDataOperationMessage`. @throws EngineError, NotStoredError */
export async function sendPeerMessage(id: string, message: Message, context: SessionContext): Promise<void> {
  const { creds, signal, store, wire } = context
  const phone = bareJid(creds.me?.id ?? '')
  const [target] = await withBundles([phone], context)
  await signal.locked([target!.address], async (steps) => {
    const sealed = await encryptFor(target!, padMessage(codec.encode(message)), steps, context)
    if (!sealed) throw new Error('the own phone could not be encrypted for')
    await steps.commit((writes) => store.save(writes))
    const meta = { tag: 'meta', attrs: { appdata: 'default' } }
    const content = [meta, encNode(sealed), ...identityForNewSessions([sealed], context)]
    const attrs = { id, to: phone, type: 'text', category: 'peer', push_priority: 'high_force' }
    await wire.send({ tag: 'message', attrs, content })
  })
}
