import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, textAttr } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import type { Newsletter, NewsletterMessage } from '../../world/newsletters/newsletter.ts'
import type { World } from '../../world/world.ts'
import { ack } from '../answers.ts'
import { pushLiveUpdate } from '../notifications/newsletters.ts'
import { StanzaError } from '../stanza-error.ts'
import { countedMessage, reactionCounts } from './newsletter-nodes.ts'

/** Tells those who asked for it how a message's counts are now. */
export function tellLive(world: World, newsletter: Newsletter, message: NewsletterMessage): void {
  const message_id = String(message.serverId)
  const reactions = [...reactionCounts(message)].map(([code]): WireNode => {
    const reaction: WireNode = { tag: 'reaction', attrs: {}, content: new Uint8Array(Buffer.from(code)) }
    return { tag: 'reaction', attrs: { message_id }, content: [reaction] }
  })
  const count = new Uint8Array(Buffer.from(String(message.views.size)))
  const view: WireNode = { tag: 'view', attrs: { message_id }, content: count }
  pushLiveUpdate(world, newsletter, { message: countedMessage(newsletter, message), beside: [...reactions, view] })
}

/** `<receipt type="read">` for a channel concerns the reader's other devices alone: they need not show the messages as unread. That it is not a view is
 *  said in one client (whatsmeow newsletter.go NewsletterMarkViewed); the form that the others get is inferred. */
export function shareRead(world: World, from: Device, node: WireNode, to: Jid): void {
  const id = textAttr(node, 'id')!
  const content = children(node)
  const attrs = { id, from: to, type: 'read-self', t: textAttr(node, 't') ?? String(world.seconds()) }
  const stanza: WireNode = { tag: 'receipt', attrs, ...(content.length > 0 ? { content } : {}) }
  for (const device of from.account.devices.values()) {
    if (device !== from) device.mailbox.append('receipt', id, stanza, world.clock.now())
  }
}

/** `<receipt type="view"><list><item server_id/></list></receipt>`: each person counts once. Seen in two clients (whatsmeow NewsletterMarkViewed, which
 *  waits for an answer, and zapo). */
export function takeViews(world: World, from: Device, node: WireNode, to: Jid): WireNode {
  const newsletter = world.newsletters.get(to)
  const items = children(child(node, 'list') ?? node, 'item')
  if (!newsletter) throw new StanzaError(404, 'item-not-found')
  if (items.length === 0) throw new StanzaError(400, 'bad-request')
  for (const item of items) {
    const message = newsletter.messages.get(Number(textAttr(item, 'server_id')))
    if (!message || message.views.has(from.account.lid)) continue
    message.views.add(from.account.lid)
    message.updatedAt = world.clock.now()
    tellLive(world, newsletter, message)
  }
  const seen = items.map((item) => textAttr(item, 'server_id'))
  world.log.append('newsletter.viewed', { newsletter: newsletter.id, by: from.account.phone, seen })
  return ack(node)
}
