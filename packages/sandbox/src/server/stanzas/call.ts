import { formatJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { type Addressing, addressingOf, deviceName } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import { ack } from '../answers.ts'
import { callSteps, passOn } from '../calls/answer.ts'
import { ring } from '../calls/ring.ts'
import { membersOf } from '../notifications/groups.ts'
import { StanzaError } from '../stanza-error.ts'
import type { StanzaHandler } from '../stanza-handler.ts'

/** `<call to id><offer|preaccept|accept|transport|relaylatency|reject|terminate call-id …/></call>`. Acknowledged by id, since baileys waits for an
 *  answer to rejectCall. Seen in two clients (whatsmeow call.go, baileys messages-recv.js), both of which only receive and reject: what callers send
 *  is inferred. */
export const handleCall: StanzaHandler = (world, from, node) => {
  const to = jidAttr(node, 'to')
  const step = children(node)[0]
  if (!textAttr(node, 'id') || !to || !step) throw new StanzaError(400, 'bad-request')
  if (to.server === 'call') return link(world, from, node, step)
  const id = textAttr(step, 'call-id')
  if (!id) throw new StanzaError(400, 'bad-request')
  if (step.tag === 'offer') ring(world, { from, id, step, ...called(world, from, to, step) })
  else answer(world, from, id, step)
  world.log.append('call', { device: deviceName(from), to: formatJid(to), id, what: step.tag })
  return ack(node)
}

function answer(world: World, from: Device, id: string, step: WireNode): void {
  // Phones say more to each other than any client here is known to understand: that goes through as it is.
  const handle = Object.hasOwn(callSteps, step.tag) ? callSteps[step.tag] : from.id === 0 ? passOn : undefined
  if (!handle) {
    world.unhandled.record(`call/${step.tag}`, deviceName(from))
    throw new StanzaError(501, 'feature-not-implemented')
  }
  const call = world.calls.get(id)
  if (!call) throw new StanzaError(404, 'item-not-found')
  handle(world, from, call, step)
}

/** Who an offer is for: one person, or everybody else in a group. */
function called(
  world: World,
  from: Device,
  to: Jid,
  step: WireNode,
): { callees: Account[]; group: string | undefined; addressing: Addressing } {
  const group = world.groups.get(to)
  if (group) {
    const members = membersOf(world, group)
    if (!members.includes(from.account)) throw new StanzaError(403, 'forbidden')
    const callees = members.filter((member) => member !== from.account)
    return { callees, group: formatJid(to), addressing: group.addressing }
  }
  const addressing = addressingOf(to)
  const account = world.account(to)
  if (!addressing || !account) throw new StanzaError(404, 'item-not-found')
  const named = jidAttr(step, 'group-jid')
  return { callees: [account], group: named && formatJid(named), addressing }
}

/** A link that others can join a call by. Seen in one client (baileys chats.js createCallLink). */
function link(world: World, from: Device, node: WireNode, step: WireNode): WireNode {
  const media = textAttr(step, 'media')
  if (step.tag !== 'link_create' || (media !== 'audio' && media !== 'video')) throw new StanzaError(400, 'bad-request')
  const token = world.random.hex(11)
  const startTime = textAttr(child(step, 'event'), 'start_time')
  world.log.append('call.link', { device: deviceName(from), token, media, startTime })
  return { ...ack(node), content: [{ tag: 'link_create', attrs: { token, media } }] }
}
