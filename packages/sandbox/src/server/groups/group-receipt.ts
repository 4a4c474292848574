import { bareJid, formatJid } from '../../wire/jid.ts'
import type { AttributeValue, Jid, WireNode } from '../../wire/node.ts'
import { children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { deviceJid } from '../../world/address.ts'
import type { Group } from '../../world/groups/group.ts'
import type { MailboxEntry } from '../../world/mailbox.ts'
import type { World } from '../../world/world.ts'
import { groupJid, namedAs } from './group-address.ts'

/** Who gets a receipt in a group: see receipt.ts. `participant` is the author of the message. */
export type GroupAudience = 'author' | 'author+self' | 'self' | 'device'

export interface GroupReceipt {
  readonly from: Device
  readonly node: WireNode
  readonly id: string
  readonly type: string
}

/** `<receipt to="G" participant id type>`: passed on with the one who received in `participant`. In a receipt that only own devices hear,
 *  `recipient` is the author of the message that was read. Seen in two clients (whatsmeow receipt.go, baileys messages-send.js and messages-recv.js). */
export function spreadInGroup(world: World, group: Group, receipt: GroupReceipt, audience: GroupAudience): void {
  const named = jidAttr(receipt.node, 'participant')
  const author = named && world.account(named)
  if (!author) return
  if (audience === 'device') {
    const device = world.device(named)
    if (device && device !== receipt.from) put(world, group, receipt, device, receipt.type)
    return
  }
  if (audience !== 'self')
    for (const device of others(author, receipt.from)) put(world, group, receipt, device, receipt.type)
  if (audience === 'author' || author === receipt.from.account) return
  const type = receipt.type.endsWith('-self') ? receipt.type : `${receipt.type}-self`
  const extra = { recipient: bareJid(named) }
  for (const device of others(receipt.from.account, receipt.from)) put(world, group, receipt, device, type, extra)
}

/** Whether a receipt is about a message that waits: same group, same author. */
export function isGroupReceiptFor(world: World, receipt: WireNode, { node }: MailboxEntry): boolean {
  const text = (jid: Jid | undefined) => (jid ? formatJid(jid) : '')
  const author = jidAttr(receipt, 'participant')
  const sender = jidAttr(node, 'participant')
  if (!author || !sender || text(jidAttr(receipt, 'to')) !== text(jidAttr(node, 'from'))) return false
  return world.account(author) === world.account(sender)
}

function others(account: Account, except: Device): Device[] {
  return [...account.devices.values()].filter((device) => device !== except)
}

interface Reader {
  readonly id: string
  readonly type: string
  readonly user: Record<string, AttributeValue>
}

/** What several people received or read waits as one receipt: `<participants key><user jid t/></participants>` for each message.
 *  Seen in one client (whatsmeow receipt.go handleGroupedReceipt); when WhatsApp does so is inferred. */
function putTogether(world: World, group: Group, { id, type, user }: Reader, to: Device): void {
  const name = `${group.id}/${type}`
  const waiting = to.mailbox.acknowledge('receipt', name)?.node
  const users = new Map((waiting ? children(waiting) : []).map((each) => [textAttr(each, 'key') ?? '', children(each)]))
  users.set(id, [...(users.get(id) ?? []), { tag: 'user', attrs: user }])
  const content = [...users].map(
    ([key, people]): WireNode => ({ tag: 'participants', attrs: { key }, content: people }),
  )
  const attrs = { id: name, from: groupJid(group), ...(type ? { type } : {}), t: String(world.seconds()) }
  to.mailbox.append('receipt', name, { tag: 'receipt', attrs, content }, world.clock.now())
}

function put(
  world: World,
  group: Group,
  receipt: GroupReceipt,
  to: Device,
  type: string,
  extra: Record<string, AttributeValue> = {},
): void {
  const { from, node, id } = receipt
  const attrs: Record<string, AttributeValue> = {
    id,
    from: groupJid(group),
    ...namedAs(group, from.account, 'participant'),
    participant: deviceJid(from, group.addressing),
    ...(type ? { type } : {}),
    t: textAttr(node, 't') ?? String(world.seconds()),
    ...extra,
  }
  const content = children(node)
  if (world.groupsReceipts && !to.mailbox.attached && content.length === 0 && extra['recipient'] === undefined) {
    putTogether(world, group, { id, type, user: { jid: deviceJid(from, group.addressing), t: attrs['t']! } }, to)
    return
  }
  const stanza = { tag: 'receipt', attrs, ...(content.length > 0 ? { content } : {}) }
  to.mailbox.append('receipt', id, stanza, world.clock.now())
}
