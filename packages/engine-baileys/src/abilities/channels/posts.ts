import { randomBytes } from 'node:crypto'
import {
  type ChannelPage,
  type ChannelPost,
  EngineError,
  type InboundMessage,
  type OutgoingContent,
  SendError,
} from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { postContent } from '../../content/channel-post.ts'
import { composeMessage } from '../../content/compose.ts'
import { describeMessage } from '../../content/describe.ts'
import { stanzaMarks } from '../../content/stanza-marks.ts'
import { Message } from '../../proto/message.ts'
import { bytesOf, childBytes, childOf, childrenNamed, dated, serverJid, stanzaTime } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'

const count = (node: BinaryNode | undefined): number => Number(node?.attrs['count']) || 0

/** Seen in: whatsmeow newsletter.go `parseNewsletterMessages`; the votes in zapo kinds/newsletter.ts.
 *  @param cameAt of a post that says no time of its own (Unix ms) */
export function readPost(post: BinaryNode, cameAt: number): ChannelPost {
  const node = dated(post, cameAt)
  const { id = '', server_id, type = '', edit } = node.attrs
  const message = childBytes(node, 'plaintext')
  const edited = Number(childOf(node, 'meta')?.attrs['msg_edit_t'])
  const reactions = childrenNamed(childOf(node, 'reactions'), 'reaction')
  const votes = childrenNamed(childOf(node, 'votes'), 'vote')
  return {
    serverId: Number(server_id) || 0,
    id,
    type,
    at: stanzaTime(node),
    // 8: deleted by who runs the channel (seen in: whatsmeow types/message.go `EditAttributeAdminRevoke`).
    deleted: edit === '8',
    views: count(childOf(node, 'views_count')),
    comments: count(childOf(node, 'responses_count')),
    reactions: Object.fromEntries(reactions.map((each) => [each.attrs['code'] ?? '', count(each)])),
    votes: Object.fromEntries(votes.map((each) => [Buffer.from(bytesOf(each) ?? []).toString('hex'), count(each)])),
    ...(message && message.length > 0 ? { view: describeMessage(message) } : {}),
    ...(edited > 0 ? { editedAt: edited } : {}),
  }
}

const postsIn = (messages: BinaryNode | undefined, { context }: AbilityParts): ChannelPost[] =>
  childrenNamed(messages, 'message').map((post) => readPost(post, context.clock.now()))

const pageAttrs = ({ count, before, after }: ChannelPage): Record<string, string> => ({
  count: String(count),
  ...(before === undefined ? {} : { before: String(before) }),
  ...(after === undefined ? {} : { after: String(after) }),
})

const ask = ({ context }: AbilityParts, to: string, type: 'get' | 'set', what: BinaryNode): Promise<BinaryNode> =>
  context.wire.query({ tag: 'iq', attrs: { to, type, xmlns: 'newsletter' }, content: [what] })

/** Seen in: whatsmeow newsletter.go `GetNewsletterMessages`. */
export async function posts(parts: AbilityParts, channel: string, page: ChannelPage): Promise<ChannelPost[]> {
  const attrs = { type: 'jid', jid: channel, ...pageAttrs(page) }
  const answer = await ask(parts, serverJid, 'get', { tag: 'messages', attrs })
  return postsIn(childOf(answer, 'messages'), parts)
}

/** Seen in: whatsmeow newsletter.go `GetNewsletterMessageUpdates`, baileys newsletter.js `newsletterFetchMessages`. */
export async function updates(
  parts: AbilityParts,
  channel: string,
  page: ChannelPage & { readonly since: number },
): Promise<ChannelPost[]> {
  const attrs = { ...pageAttrs(page), since: String(page.since) }
  const answer = await ask(parts, channel, 'get', { tag: 'message_updates', attrs })
  return postsIn(childOf(childOf(answer, 'message_updates'), 'messages'), parts)
}

/** Seen in: whatsmeow newsletter.go `NewsletterSubscribeLiveUpdates`, baileys newsletter.js `subscribeNewsletterUpdates`. */
export async function live(parts: AbilityParts, channel: string): Promise<number> {
  const answer = await ask(parts, channel, 'set', { tag: 'live_updates', attrs: {} })
  return Number(childOf(answer, 'live_updates')?.attrs['duration']) || 0
}

/** Writes a stanza and waits for its answer. */
async function write({ context, acks }: AbilityParts, stanza: BinaryNode) {
  const { id = '' } = stanza.attrs
  const ack = acks.expect(id, () => {})
  try {
    await context.wire.send(stanza)
  } catch (cause) {
    acks.drop(id, new SendError('unknown', 'the connection ended while it was written', { cause }))
  }
  try {
    return await ack
  } catch (error) {
    const { certainty, code } = error as SendError
    if (certainty !== 'refused') throw new EngineError('timeout', 'WhatsApp did not answer', { cause: error })
    throw new EngineError('refused', `WhatsApp refused with ${code}`, {
      ...(code !== undefined && { remoteCode: code }),
      cause: error,
    })
  }
}

/** What goes to a channel is not encrypted. Seen in: whatsmeow send.go `sendNewsletter`, baileys messages-send.js. */
export async function post(
  parts: AbilityParts,
  channel: string,
  {
    id,
    content,
    handle,
  }: { readonly id: string; readonly content: OutgoingContent; readonly handle?: string | undefined },
): Promise<{ at: number; serverId: number }> {
  const message = composeMessage(content, { chat: channel, now: parts.context.clock.now() })
  const { attrs: marks, enc, nodes } = stanzaMarks(Message.decode(message))
  const plaintext = { tag: 'plaintext', attrs: { ...enc }, content: Buffer.from(message) }
  const attrs = { to: channel, id, ...marks, ...(handle === undefined ? {} : { media_id: handle }) }
  const { at, serverId } = await write(parts, { tag: 'message', attrs, content: [plaintext, ...nodes] })
  if (serverId === undefined) throw new EngineError('refused', 'WhatsApp accepted the post but gave it no number')
  await keep(parts, { ...ownPost(channel, at, serverId), id, message, view: describeMessage(message) })
  return { at, serverId }
}

const ownPost = (channel: string, at: number, serverId: number | undefined) => ({
  ...({ kind: 'message', at, offline: false, fromMe: true } as const),
  ...{ chat: { jid: channel }, sender: { jid: channel } },
  ...(serverId === undefined ? {} : { channel: { serverId } }),
})

/** WhatsApp tells a post to the other devices of the account, and not to the one that wrote it. What WhatsApp took over stays posted when it cannot be stored. */
async function keep({ context }: AbilityParts, item: InboundMessage): Promise<void> {
  try {
    await context.store.guard(context.host.receive(item, []))
  } catch (error) {
    context.warn(error, 'an own post could not be stored')
  }
}

/** Edit 3 is a new version of the post with that id, 8 its end. Seen in: whatsmeow types/message.go `EditAttributeAdminEdit` and `EditAttributeAdminRevoke`,
 *  zapo newsletter.ts. */
export async function change(
  parts: AbilityParts,
  channel: string,
  { id, content }: { readonly id: string; readonly content: OutgoingContent | undefined },
): Promise<void> {
  const message = content && composeMessage(content, { chat: channel, now: parts.context.clock.now() })
  const { attrs: marks, enc } = stanzaMarks(message ? Message.decode(message) : {})
  const plaintext = { tag: 'plaintext', attrs: { ...enc }, content: Buffer.from(message ?? []) }
  const edit = message ? '3' : '8'
  const attrs = { to: channel, id, ...marks, edit }
  const { at, serverId } = await write(parts, { tag: 'message', attrs, content: [plaintext] })
  const said = postContent(message ?? new Uint8Array(), { id, chat: channel, edit, version: at })
  await keep(parts, { ...ownPost(channel, at, serverId), ...said })
}

/** An empty list takes the vote back. Seen in: WhatsApp Web (WASmaxOutMessagePublishNewsletterPollVoteMixin), zapo builders/newsletter.ts. */
export async function vote(
  parts: AbilityParts,
  channel: string,
  { id, serverId, hashes }: { readonly id: string; readonly serverId: number; readonly hashes: readonly string[] },
): Promise<void> {
  const votes = hashes.map((hash) => ({ tag: 'vote', attrs: {}, content: Buffer.from(hash, 'hex') }))
  await write(parts, {
    tag: 'message',
    attrs: { to: channel, id, type: 'poll', server_id: String(serverId) },
    content: [
      { tag: 'meta', attrs: { polltype: 'vote' } },
      { tag: 'votes', attrs: {}, content: votes },
    ],
  })
}

/** Without a code, edit 7 takes the former one back. Seen in: whatsmeow newsletter.go `NewsletterSendReaction`, baileys newsletter.js `newsletterReactMessage`. */
export async function react(
  parts: AbilityParts,
  channel: string,
  { id, serverId, emoji }: { readonly id: string; readonly serverId: number; readonly emoji: string },
): Promise<void> {
  const taken = emoji === ''
  const attrs = { to: channel, id, type: 'reaction', server_id: String(serverId), ...(taken ? { edit: '7' } : {}) }
  const reaction = { tag: 'reaction', attrs: taken ? {} : { code: emoji } }
  await write(parts, { tag: 'message', attrs, content: [reaction] })
}

/** Seen in: whatsmeow newsletter.go `NewsletterMarkViewed`. */
export async function markViewed(
  { context }: AbilityParts,
  channel: string,
  serverIds: readonly number[],
): Promise<void> {
  const items = serverIds.map((id) => ({ tag: 'item', attrs: { server_id: String(id) } }))
  await context.wire.send({
    tag: 'receipt',
    attrs: { to: channel, type: 'view', id: randomBytes(8).toString('hex').toUpperCase() },
    content: [{ tag: 'list', attrs: {}, content: items }],
  })
}

/** Seen in: whatsmeow newsletter.go `AcceptTOSNotice`. */
export async function acceptTerms({ context }: AbilityParts, notice: string, stage: string): Promise<void> {
  await context.wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'set', xmlns: 'tos' },
    content: [{ tag: 'notice', attrs: { id: notice, stage } }],
  })
}
