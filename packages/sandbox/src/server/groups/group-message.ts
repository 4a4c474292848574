import { formatJid } from '../../wire/jid.ts'
import type { AttributeValue, Jid, WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { deviceJid, deviceName } from '../../world/address.ts'
import type { Group } from '../../world/groups/group.ts'
import { isMember, mayShareHistory, mayWrite } from '../../world/groups/permissions.ts'
import type { World } from '../../world/world.ts'
import { ack } from '../answers.ts'
import { travellingChildren } from '../incoming-message.ts'
import { membersOf } from '../notifications/groups.ts'
import { participantHash } from '../participant-hash.ts'
import { placeholderOf, placeholderTag } from '../placeholder.ts'
import { invalidStanza, StanzaError } from '../stanza-error.ts'
import { acquaint } from './acquaint.ts'
import { groupJid, namedAs } from './group-address.ts'

/** `<message to="G">`: one part for everybody (`skmsg`), and parts for single devices (`participants`), mostly the key to the former. Each device of each
 *  member gets what concerns it. With `participant` it is one message again, for the one device that asked.
 *  Seen in two clients (whatsmeow send.go sendGroup and retry.go, baileys messages-send.js). 403 for those who may not write is inferred. */
export function routeGroupMessage(world: World, from: Device, node: WireNode, to: Jid): WireNode {
  const group = world.groups.get(to)
  if (!group) throw new StanzaError(404, 'item-not-found')
  if (!isMember(group, from.account)) throw new StanzaError(403, 'forbidden')
  const again = jidAttr(node, 'participant')
  if (!again && !mayWrite(group, from.account) && !isReactionOrVote(node)) throw new StanzaError(403, 'forbidden')
  if (sharesHistory(node) && !mayShareHistory(group, from.account)) throw new StanzaError(403, 'forbidden')
  const parts = again ? againParts(world, node, again) : partsOf(world, node, from)
  const reached = deliver(world, group, from, node, parts)
  // A part for one device is sealed in a session between the two.
  for (const device of parts.single.keys()) acquaint(from.account, device.account)
  world.log.append('message.routed', {
    id: textAttr(node, 'id'),
    from: deviceName(from),
    to: formatJid(to),
    type: textAttr(node, 'type'),
    devices: reached,
  })
  return ack(node, { t: String(world.seconds()), ...(again ? {} : staleHash(world, group, node)) })
}

/** What a stanza carries for many devices. */
export interface Parts {
  /** For every device; undefined when all is addressed. */
  readonly shared: WireNode | undefined
  readonly single: ReadonlyMap<Device, WireNode>
}

/** Takes apart what is for everybody and what is for single devices.
 *  @param from names, if it is a phone, devices that get a placeholder instead of the message @throws StanzaError 479 */
export function partsOf(world: World, node: WireNode, from?: Device): Parts {
  const shared = children(node, 'enc')
    .map(checkedEnc)
    .find((enc) => textAttr(enc, 'type') === 'skmsg')
  const single = new Map<Device, WireNode>()
  for (const target of children(child(node, 'participants') ?? { tag: '', attrs: {} }, 'to')) {
    const jid = jidAttr(target, 'jid')
    const missing = from && placeholderOf(from, target)
    const enc = missing ?? child(target, 'enc')
    if (!jid || !enc) throw new StanzaError(invalidStanza, 'invalid-stanza')
    // A device that is gone by now: the hash in the answer tells the sender.
    const device = world.device(jid)
    if (device) single.set(device, missing ?? checkedEnc(enc))
  }
  if (!shared && single.size === 0) throw new StanzaError(invalidStanza, 'invalid-stanza')
  return { shared, single }
}

/** The same for one message again, for one device. @throws StanzaError 479 */
export function againParts(world: World, node: WireNode, jid: Jid): Parts {
  const device = world.device(jid)
  const enc = child(node, 'enc')
  if (!enc) throw new StanzaError(invalidStanza, 'invalid-stanza')
  return { shared: undefined, single: new Map(device ? [[device, checkedEnc(enc)]] : []) }
}

const encTypes = new Set(['pkmsg', 'msg', 'skmsg'])

function checkedEnc(enc: WireNode): WireNode {
  const sealed = enc.content instanceof Uint8Array && enc.content.length > 0
  if (!sealed || !encTypes.has(textAttr(enc, 'type') ?? '')) throw new StanzaError(invalidStanza, 'invalid-stanza')
  return enc
}

/** Whether it is messages of the past for new members, which not everybody may send everywhere (zapo WaMessageCoordinator.ts); the code is inferred. */
function sharesHistory(node: WireNode): boolean {
  const copies = children(child(node, 'participants') ?? node, 'to').map((to) => child(to, 'enc'))
  return copies.some((enc) => textAttr(enc, 'mediatype') === 'group_history')
}

/** In announcement groups members may still react and vote. Inferred. */
function isReactionOrVote(node: WireNode): boolean {
  return textAttr(node, 'type') === 'reaction' || textAttr(child(node, 'meta'), 'polltype') === 'vote'
}

function deliver(world: World, group: Group, from: Device, node: WireNode, parts: Parts): string[] {
  const id = textAttr(node, 'id')!
  const attrs = messageAttrs(world, group, from, node)
  const reached: string[] = []
  for (const device of membersOf(world, group).flatMap((account) => [...account.devices.values()])) {
    const own = parts.single.get(device)
    const shared = own?.tag === placeholderTag ? undefined : parts.shared
    const content = [...(own ? [own] : []), ...(shared ? [shared] : [])]
    if (device === from || content.length === 0) continue
    const stanza = { tag: 'message', attrs, content: [...content, ...travellingChildren(node, own)] }
    device.mailbox.append('message', id, stanza, world.clock.now())
    reached.push(deviceName(device))
  }
  return reached
}

const kept = ['type', 'edit', 'expiration'] as const

/** Attributes as whatsmeow (message.go parseMessageSource) and baileys (decode-wa-message.js) read them. */
function messageAttrs(world: World, group: Group, from: Device, node: WireNode): Record<string, AttributeValue> {
  const attrs: Record<string, AttributeValue> = {
    id: textAttr(node, 'id') ?? '',
    from: groupJid(group),
    ...namedAs(group, from.account, 'participant'),
    participant: deviceJid(from, group.addressing),
    addressing_mode: group.addressing,
    t: String(world.seconds()),
  }
  for (const name of kept) {
    const value = textAttr(node, name)
    if (value !== undefined) attrs[name] = value
  }
  if (from.account.username) attrs['participant_username'] = from.account.username.name
  if (from.account.pushName) attrs['notify'] = from.account.pushName
  return attrs
}

/** A client that names the wrong recipients gets the right hash, and drops the list that it had (whatsmeow send.go). baileys sends no hash. */
function staleHash(world: World, group: Group, node: WireNode): { phash?: string } {
  const named = textAttr(node, 'phash')
  if (named === undefined) return {}
  const devices = membersOf(world, group).flatMap((account: Account) => [...account.devices.values()])
  const phash = participantHash(devices.map((device) => deviceJid(device, group.addressing)))
  return phash === named ? {} : { phash }
}
