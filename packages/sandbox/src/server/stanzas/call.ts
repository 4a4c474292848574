import { children, jidAttr, textAttr } from '../../wire/node-access.ts'
import { addressingOf, deviceJid, deviceName } from '../../world/address.ts'
import { ack } from '../answers.ts'
import { StanzaError } from '../stanza-error.ts'
import type { StanzaHandler } from '../stanza-router.ts'

/** `<call to id><offer|accept|reject|terminate …/></call>`: handed to every device of the peer, and acknowledged by id, since baileys waits for
 *  an answer to rejectCall. Seen in two clients (whatsmeow call.go, baileys messages-recv.js); the fan-out is inferred. */
export const handleCall: StanzaHandler = (world, from, node) => {
  const to = jidAttr(node, 'to')
  const id = textAttr(node, 'id')
  const addressing = to && addressingOf(to)
  const peer = to && world.account(to)
  if (!id || !addressing || children(node).length === 0) throw new StanzaError(400, 'bad-request')
  if (!peer) throw new StanzaError(404, 'item-not-found')
  const stanza = {
    tag: 'call',
    attrs: { from: deviceJid(from, addressing), id, t: String(world.seconds()) },
    content: children(node),
  }
  for (const device of peer.devices.values()) device.mailbox.append('call', id, stanza, world.clock.now())
  world.log.append('call', { device: deviceName(from), to: peer.phone, id, what: children(node)[0]?.tag })
  return ack(node)
}
