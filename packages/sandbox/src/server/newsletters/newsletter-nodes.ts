import type { AttributeValue, WireNode } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import type { Newsletter, NewsletterMessage } from '../../world/newsletters/newsletter.ts'
import { newsletterJid } from './newsletter-json.ts'

/** A message as the devices of those who follow get it. `edit` and `meta` on later versions: seen in whatsmeow message.go and zapo kinds/newsletter.ts. */
export function messageStanza(newsletter: Newsletter, message: NewsletterMessage, reader: Account): WireNode {
  const attrs = { from: newsletterJid(newsletter), ...messageAttrs(message, reader) }
  // A status has a stanza of its own. Seen in one client (whatsmeow message.go handleUnencryptedMessage).
  const tag = message.isStatus ? 'status' : 'message'
  return { tag, attrs, content: [plaintextNode(message), ...metaNodes(message)] }
}

/** A message as answers to `messages` and `message_updates` list it. Seen in two clients (whatsmeow parseNewsletterMessages, zapo). */
export function listedMessage(newsletter: Newsletter, message: NewsletterMessage, reader: Account): WireNode {
  const content = [plaintextNode(message), ...metaNodes(message), ...countNodes(newsletter, message)]
  return { tag: 'message', attrs: messageAttrs(message, reader), content }
}

/** What there is to count, without the content: for `message_updates` and live updates. */
export function countedMessage(newsletter: Newsletter, message: NewsletterMessage): WireNode {
  const { id, serverId, type, at } = message
  const attrs = { id, server_id: String(serverId), type, t: seconds(at) }
  return { tag: 'message', attrs, content: countNodes(newsletter, message) }
}

/** How often each reaction was given. */
export function reactionCounts(message: NewsletterMessage): Map<string, number> {
  const counts = new Map<string, number>()
  for (const code of message.reactions.values()) counts.set(code, (counts.get(code) ?? 0) + 1)
  return counts
}

function voteCounts({ votes = new Map() }: NewsletterMessage): Map<string, number> {
  const counts = new Map<string, number>()
  for (const hash of [...votes.values()].flat()) counts.set(hash, (counts.get(hash) ?? 0) + 1)
  return counts
}

function messageAttrs(message: NewsletterMessage, reader: Account): Record<string, AttributeValue> {
  const { id, serverId, type, at, by, revoked, editedAt } = message
  return {
    id,
    server_id: String(serverId),
    type,
    t: seconds(at),
    ...(by === reader.lid ? { is_sender: 'true' } : {}),
    ...(revoked ? { edit: '8' } : editedAt === undefined ? {} : { edit: '3' }),
  }
}

function plaintextNode({ plaintext, mediaType }: NewsletterMessage): WireNode {
  const attrs: Record<string, string> = mediaType && plaintext.length > 0 ? { mediatype: mediaType } : {}
  return { tag: 'plaintext', attrs, content: plaintext }
}

function metaNodes({ at, editedAt, type }: NewsletterMessage): WireNode[] {
  if (type === 'poll') return [{ tag: 'meta', attrs: { polltype: 'creation' } }]
  if (editedAt === undefined) return []
  return [{ tag: 'meta', attrs: { msg_edit_t: String(editedAt), original_msg_t: seconds(at) } }]
}

function countNodes(newsletter: Newsletter, message: NewsletterMessage): WireNode[] {
  const nodes: WireNode[] = [{ tag: 'views_count', attrs: { count: String(message.views.size) } }]
  const reactions = [...reactionCounts(message)].map(([code, count]): WireNode => {
    return { tag: 'reaction', attrs: { code, count: String(count) } }
  })
  if (reactions.length > 0) nodes.push({ tag: 'reactions', attrs: {}, content: reactions })
  const votes = [...voteCounts(message)].map(([hash, count]): WireNode => {
    return { tag: 'vote', attrs: { count: String(count) }, content: Uint8Array.from(Buffer.from(hash, 'hex')) }
  })
  if (votes.length > 0) nodes.push({ tag: 'votes', attrs: {}, content: votes })
  const comments = [...newsletter.messages.values()].filter(({ parent }) => parent === message.serverId).length
  if (comments > 0) nodes.push({ tag: 'responses_count', attrs: { count: String(comments) } })
  return nodes
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000))
}
