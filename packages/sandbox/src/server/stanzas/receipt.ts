import { bareJid, formatJid } from '../../wire/jid.ts'
import type { AttributeValue, Jid, WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { addressingOf, deviceJid, deviceName } from '../../world/address.ts'
import type { MailboxEntry } from '../../world/mailbox.ts'
import { readReceiptsHidden } from '../../world/people/privacy-rules.ts'
import type { World } from '../../world/world.ts'
import { ack } from '../answers.ts'
import { isGroupReceiptFor, spreadInGroup } from '../groups/group-receipt.ts'
import { shareRead, takeViews } from '../newsletters/newsletter-live.ts'
import { StanzaError } from '../stanza-error.ts'
import type { StanzaHandler } from '../stanza-handler.ts'
import { spreadStatusReceipt } from '../status/status-receipt.ts'

/** Who gets a receipt.
 *  - author: every device of the account that wrote the message
 *  - author+self: also the reader's own other devices, as `read-self` or `played-self`
 *  - self: only the reader's own other devices
 *  - device: the one device that `to` names */
type Audience = 'author' | 'author+self' | 'self' | 'device'

/** Types seen in two clients (whatsmeow types/presence.go, baileys messages-recv.js); the audiences are partly inferred. */
const audiences: Readonly<Record<string, Audience>> = {
  '': 'author',
  inactive: 'author',
  read: 'author+self',
  played: 'author+self',
  'read-self': 'self',
  'played-self': 'self',
  sender: 'device',
  peer_msg: 'device',
  hist_sync: 'device',
  'server-error': 'device',
  retry: 'device',
}

const selfType: Readonly<Record<string, string>> = { read: 'read-self', played: 'played-self' }

/** `<receipt to id [type] [participant] [recipient]><list><item id/></list></receipt>`. A receipt for a message also takes that message out of
 *  the sender's mailbox: clients send no other acknowledgement for messages. */
export const handleReceipt: StanzaHandler = (world, from, node) => {
  const id = textAttr(node, 'id')
  const to = jidAttr(node, 'to')
  if (!id || !to) throw new StanzaError(400, 'bad-request')
  const type = textAttr(node, 'type') ?? ''
  if (type === 'view' && to.server === 'newsletter') return takeViews(world, from, node, to)
  const audience = Object.hasOwn(audiences, type) ? audiences[type] : undefined
  if (!audience) {
    world.unhandled.record(`receipt/${type}`, deviceName(from))
    throw new StanzaError(501, 'feature-not-implemented')
  }
  const ids = [id, ...children(child(node, 'list') ?? node, 'item').flatMap((item) => textAttr(item, 'id') ?? [])]
  const group = world.groups.get(to)
  const matches = (entry: MailboxEntry) =>
    to.server === 'g.us' || to.server === 'broadcast'
      ? isGroupReceiptFor(world, node, entry)
      : isFor(world, node, entry.node)
  for (const acknowledged of ids) from.mailbox.acknowledge('message', acknowledged, matches)
  world.log.append('receipt', { ids, from: deviceName(from), to: formatJid(to), type: type || 'delivery' })
  if (group) spreadInGroup(world, group, { from, node, id, type }, audience)
  else if (to.server === 'newsletter' && audience !== 'author') shareRead(world, from, node, to)
  else if (to.server === 'broadcast') spreadStatusReceipt(world, { from, node, id, type }, audience)
  else if (addressingOf(to)) spread(world, { from, node, id, to, type }, audience)
  return ack(node)
}

/** Whether a receipt names the message's sender and, for copies of own messages, its chat. The real server keeps on redelivering a message when its
 *  receipt does not (WhiskeySockets/Baileys issue 2822). */
function isFor(world: World, receipt: WireNode, message: WireNode): boolean {
  const same = (one: Jid | undefined, other: Jid | undefined) =>
    one !== undefined && other !== undefined && world.account(one) === world.account(other)
  const chat = jidAttr(message, 'recipient')
  return same(jidAttr(receipt, 'to'), jidAttr(message, 'from')) && (!chat || same(jidAttr(receipt, 'recipient'), chat))
}

interface Receipt {
  from: Device
  node: WireNode
  id: string
  to: Jid
  type: string
}

function spread(world: World, receipt: Receipt, audience: Audience): void {
  if (audience === 'device') {
    const device = world.device(receipt.to)
    if (device && device !== receipt.from) put(world, device, receipt, receipt.type)
    return
  }
  const author = world.account(receipt.to)
  const hidden = receipt.type === 'read' && author && readReceiptsHidden(receipt.from.account, author)
  if (author && !hidden && audience !== 'self') {
    for (const device of others(author, receipt.from)) put(world, device, receipt, receipt.type)
  }
  if (audience !== 'author') tellSelf(world, receipt)
}

/** What this device has read, the person's other devices need not show as unread. They see the chat in `recipient`. */
function tellSelf(world: World, receipt: Receipt): void {
  const type = selfType[receipt.type] ?? receipt.type
  if (world.account(receipt.to) === receipt.from.account) return
  for (const device of others(receipt.from.account, receipt.from)) {
    put(world, device, receipt, type, { recipient: bareJid(receipt.to) })
  }
}

function others(account: Account, except: Device): Device[] {
  return [...account.devices.values()].filter((device) => device !== except)
}

function put(
  world: World,
  device: Device,
  receipt: Receipt,
  type: string,
  extra: Record<string, AttributeValue> = {},
): void {
  const { node, from, id, to } = receipt
  const attrs: Record<string, AttributeValue> = {
    id,
    from: deviceJid(from, addressingOf(to)!),
    ...(type ? { type } : {}),
    t: textAttr(node, 't') ?? String(world.seconds()),
  }
  const recipient = jidAttr(node, 'recipient')
  if (recipient) attrs['recipient'] = recipient
  const category = textAttr(node, 'category')
  if (category) attrs['category'] = category
  const content = children(node)
  const stanza = { tag: 'receipt', attrs: { ...attrs, ...extra }, ...(content.length > 0 ? { content } : {}) }
  device.mailbox.append('receipt', id, stanza, world.clock.now())
}
