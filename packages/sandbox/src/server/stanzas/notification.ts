import { jidAttr, textAttr } from '../../wire/node-access.ts'
import { accountJid, addressingOf, deviceName } from '../../world/address.ts'
import { ack } from '../answers.ts'
import { StanzaError } from '../stanza-error.ts'
import type { StanzaHandler } from '../stanza-handler.ts'

/** `<notification to type="mediaretry">` from a phone to one of its companions: where a file is that could not be downloaded. Clients only receive it (seen
 *  in two: whatsmeow mediaretry.go, baileys messages-recv.js); how the phone sends it is inferred. */
export const handleNotification: StanzaHandler = (world, from, node) => {
  const id = textAttr(node, 'id')
  const to = jidAttr(node, 'to')
  const type = textAttr(node, 'type')
  const companion = to && world.device(to)
  if (!id || !companion) throw new StanzaError(400, 'bad-request')
  if (type !== 'mediaretry') {
    world.unhandled.record(`notification/${type}`, deviceName(from))
    throw new StanzaError(501, 'feature-not-implemented')
  }
  if (from.id !== 0 || companion.account !== from.account) throw new StanzaError(403, 'forbidden')
  const attrs = { id, type, from: accountJid(from.account, addressingOf(to) ?? 'pn'), t: String(world.seconds()) }
  const { content } = node
  companion.mailbox.append(
    'notification',
    id,
    { tag: 'notification', attrs, ...(content ? { content } : {}) },
    world.clock.now(),
  )
  return ack(node)
}
