import type { WireNode } from '../../wire/node.ts'
import { children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { type Addressing, addressingOf, deviceJid } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import type { GroupAudience, GroupReceipt } from '../groups/group-receipt.ts'
import { otherAddress, statusJid } from './status-message.ts'

/** `<receipt to="status@broadcast" participant id type>`: goes to whoever posted, `read` also as `read-self` to the viewer's other devices.
 *  Seen in two clients (whatsmeow receipt.go, baileys messages-send.js sendReceipt). */
export function spreadStatusReceipt(world: World, receipt: GroupReceipt, audience: GroupAudience): void {
  const named = jidAttr(receipt.node, 'participant')
  const author = named && world.account(named)
  if (!author) return
  const addressing = addressingOf(named) ?? 'lid'
  if (audience === 'device') {
    const device = world.device(named)
    if (device && device !== receipt.from) put(world, receipt, device, receipt.type, addressing)
    return
  }
  if (audience !== 'self') {
    for (const device of others(author, receipt.from)) put(world, receipt, device, receipt.type, addressing)
  }
  if (audience === 'author' || author === receipt.from.account) return
  const type = receipt.type.endsWith('-self') ? receipt.type : `${receipt.type}-self`
  for (const device of others(receipt.from.account, receipt.from)) {
    put(world, receipt, device, type, addressing, named)
  }
}

function others(account: Account, except: Device): Device[] {
  return [...account.devices.values()].filter((device) => device !== except)
}

function put(
  world: World,
  { from, node, id }: GroupReceipt,
  to: Device,
  type: string,
  addressing: Addressing,
  recipient?: ReturnType<typeof jidAttr>,
): void {
  const content: readonly WireNode[] = children(node)
  const attrs = {
    id,
    from: statusJid,
    participant: deviceJid(from, addressing),
    ...otherAddress(from.account, addressing),
    ...(type ? { type } : {}),
    ...(recipient ? { recipient: { user: recipient.user, server: recipient.server } } : {}),
    t: textAttr(node, 't') ?? String(world.seconds()),
  }
  const stanza: WireNode = { tag: 'receipt', attrs, ...(content.length > 0 ? { content } : {}) }
  to.mailbox.append('receipt', id, stanza, world.clock.now())
}
