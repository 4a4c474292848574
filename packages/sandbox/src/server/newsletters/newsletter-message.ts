import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../../wire/node-access.ts'
import { Message } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import { deviceName } from '../../world/address.ts'
import type { Newsletter, NewsletterMessage } from '../../world/newsletters/newsletter.ts'
import { isFollower, mayReactWith, mayRun } from '../../world/newsletters/newsletter-rules.ts'
import type { World } from '../../world/world.ts'
import { ack } from '../answers.ts'
import { membersOf } from '../notifications/newsletters.ts'
import { invalidStanza, StanzaError } from '../stanza-error.ts'
import { newsletterId } from './newsletter-json.ts'
import { tellLive } from './newsletter-live.ts'
import { messageStanza } from './newsletter-nodes.ts'
import { voteInNewsletter } from './newsletter-vote.ts'

/** `<message to="N@newsletter">`: a post, a new version of one, its end, a reaction, a vote, or a comment. Seen in two clients (whatsmeow send.go sendNewsletter and
 *  newsletter.go, baileys messages-send.js and newsletter.js). The answer carries the number that the channel gave the message. */
export function routeNewsletterMessage(world: World, from: Device, node: WireNode, to: Jid): WireNode {
  const newsletter = world.newsletters.get(to)
  if (!newsletter) throw new StanzaError(404, 'item-not-found')
  if (textAttr(node, 'type') === 'reaction') return react(world, newsletter, from, node)
  if (child(node, 'votes')) return voteInNewsletter(world, newsletter, from, node)
  const plaintext = contentBytes(child(node, 'plaintext')) ?? new Uint8Array(0)
  const content = decode(plaintext)
  const change = changeIn(node, content, plaintext)
  if (change) return edit(world, newsletter, from, node, change)
  if (plaintext.length === 0) throw new StanzaError(invalidStanza, 'invalid-stanza')
  const parentId = content.commentMessage?.targetMessageKey?.id
  if (parentId !== undefined) return comment(world, newsletter, from, node, plaintext, parentId)
  if (!mayRun(newsletter, from.account)) throw new StanzaError(403, 'forbidden')
  checkHandle(world, node)
  return post(world, newsletter, from, node, plaintext, undefined)
}

function decode(plaintext: Uint8Array): Message {
  try {
    return Message.decode(plaintext)
  } catch {
    throw new StanzaError(invalidStanza, 'invalid-stanza')
  }
}

/** Whoever names an upload must have made it. baileys names none. The code is inferred. */
function checkHandle(world: World, node: WireNode): void {
  const handle = textAttr(node, 'media_id')
  if (handle !== undefined && !world.media.file(handle.replace(/^H:/, ''))) throw new StanzaError(404, 'item-not-found')
}

function post(
  world: World,
  newsletter: Newsletter,
  from: Device,
  node: WireNode,
  plaintext: Uint8Array,
  parent: number | undefined,
): WireNode {
  const id = textAttr(node, 'id')!
  const again = byId(newsletter, from, id)
  // A client that heard no answer sends once more.
  if (again) return ack(node, answerAttrs(world, again))
  const now = world.clock.now()
  const message: NewsletterMessage = {
    serverId: newsletter.nextServerId++,
    id,
    type: textAttr(node, 'type') ?? 'text',
    mediaType: textAttr(child(node, 'plaintext'), 'mediatype'),
    mediaId: textAttr(node, 'media_id'),
    by: from.account.lid,
    at: now,
    plaintext,
    editedAt: undefined,
    revoked: false,
    updatedAt: now,
    reactions: new Map(),
    views: new Set(),
    parent,
    // How phones mark one is inferred.
    ...(textAttr(node, 'status') === 'true' && { isStatus: true }),
  }
  newsletter.messages.set(message.serverId, message)
  deliver(world, newsletter, from, message)
  note(world, newsletter, from, message, parent === undefined ? 'post' : 'comment')
  return ack(node, answerAttrs(world, message))
}

/** A comment is for those who run the channel; everybody else sees how many there are. Who gets it is inferred. */
function comment(
  world: World,
  newsletter: Newsletter,
  from: Device,
  node: WireNode,
  plaintext: Uint8Array,
  parentId: string,
): WireNode {
  if (!isFollower(newsletter, from.account)) throw new StanzaError(403, 'forbidden')
  const parent = named(newsletter, parentId)
  if (!parent || parent.revoked) throw new StanzaError(404, 'item-not-found')
  parent.updatedAt = world.clock.now()
  const answer = post(world, newsletter, from, node, plaintext, parent.serverId)
  tellLive(world, newsletter, parent)
  return answer
}

interface Change {
  readonly id: string
  /** Undefined ends the message. */
  readonly content: Uint8Array | undefined
}

/** whatsmeow and zapo name the message by its own id, with edit 3 (new content) or 8 (end); baileys sends a new message that says what happens to
 *  the former, with edit 1 or 7. */
function changeIn(node: WireNode, content: Message, plaintext: Uint8Array): Change | undefined {
  const id = textAttr(node, 'id') ?? ''
  const edit = textAttr(node, 'edit')
  const protocol = content.protocolMessage ?? content.editedMessage?.message?.protocolMessage
  if (protocol?.key?.id && protocol.type === 0) return { id: protocol.key.id, content: undefined }
  if (protocol?.key?.id && protocol.type === 14) {
    return { id: protocol.key.id, content: Message.encode(protocol.editedMessage ?? {}) }
  }
  if (edit === '3') return { id, content: plaintext }
  return edit === '8' || edit === '7' ? { id, content: undefined } : undefined
}

/** Authors change what they wrote; who runs the channel can end anything in it. */
function edit(world: World, newsletter: Newsletter, from: Device, node: WireNode, change: Change): WireNode {
  const message = named(newsletter, change.id)
  if (!message || message.revoked) throw new StanzaError(404, 'item-not-found')
  const own = message.by === from.account.lid
  if (!(change.content ? own : own || mayRun(newsletter, from.account))) throw new StanzaError(403, 'forbidden')
  const now = world.clock.now()
  if (change.content) {
    message.plaintext = change.content
    message.editedAt = now
  } else {
    message.plaintext = new Uint8Array(0)
    message.revoked = true
  }
  message.updatedAt = now
  deliver(world, newsletter, from, message)
  note(world, newsletter, from, message, change.content ? 'edit' : 'revoke')
  return ack(node, answerAttrs(world, message))
}

/** A reaction without code, or with edit 7, takes the former one back. */
function react(world: World, newsletter: Newsletter, from: Device, node: WireNode): WireNode {
  const { lid } = from.account
  const message = newsletter.messages.get(Number(textAttr(node, 'server_id')))
  if (!message || message.revoked) throw new StanzaError(404, 'item-not-found')
  if (!isFollower(newsletter, from.account)) throw new StanzaError(403, 'forbidden')
  const code = textAttr(children(node, 'reaction')[0], 'code') ?? ''
  const taken = textAttr(node, 'edit') === '7' || code === ''
  if (!taken && !mayReactWith(newsletter, code)) throw new StanzaError(406, 'not-acceptable')
  if (taken) message.reactions.delete(lid)
  else message.reactions.set(lid, code)
  message.updatedAt = world.clock.now()
  tellLive(world, newsletter, message)
  note(world, newsletter, from, message, 'reaction')
  return ack(node, { t: String(world.seconds()), server_id: String(message.serverId) })
}

function deliver(world: World, newsletter: Newsletter, from: Device, message: NewsletterMessage): void {
  for (const account of membersOf(world, newsletter)) {
    const concerned = message.parent === undefined || mayRun(newsletter, account) || account.lid === message.by
    if (!concerned) continue
    const stanza = messageStanza(newsletter, message, account)
    for (const device of account.devices.values()) {
      const kind = message.isStatus ? 'status' : 'message'
      if (device !== from) device.mailbox.append(kind, message.id, stanza, world.clock.now())
    }
  }
}

function byId(newsletter: Newsletter, from: Device, id: string): NewsletterMessage | undefined {
  return [...newsletter.messages.values()].find((one) => one.id === id && one.by === from.account.lid)
}

/** By the id that its author gave it, or by the channel's number for it. */
function named(newsletter: Newsletter, id: string): NewsletterMessage | undefined {
  return [...newsletter.messages.values()].find((one) => one.id === id) ?? newsletter.messages.get(Number(id))
}

function answerAttrs(world: World, { serverId }: NewsletterMessage): Record<string, string> {
  return { t: String(world.seconds()), server_id: String(serverId) }
}

function note(world: World, newsletter: Newsletter, from: Device, message: NewsletterMessage, what: string): void {
  const { id, serverId } = message
  const data = { newsletter: newsletterId(newsletter), id, server_id: serverId, from: deviceName(from), what }
  world.log.append('newsletter.message', data)
}
