import type { WireNode } from '../../wire/node.ts'
import { child, jidAttr, textAttr } from '../../wire/node-access.ts'
import { deviceName } from '../../world/address.ts'
import { liveUpdateSeconds, type Newsletter, type NewsletterMessage } from '../../world/newsletters/newsletter.ts'
import { mayRun } from '../../world/newsletters/newsletter-rules.ts'
import { newsletterJid } from '../newsletters/newsletter-json.ts'
import { countedMessage, listedMessage } from '../newsletters/newsletter-nodes.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

const defaultCount = 50
const maxCount = 300

/** What channels hold. `messages`: seen in two clients (whatsmeow GetNewsletterMessages, zapo); `message_updates` and `live_updates`: three (baileys
 *  newsletterFetchMessages and subscribeNewsletterUpdates too); `my_addons`: one (zapo), its content inferred. */
export const newsletter: IqNamespace = {
  xmlns: 'newsletter',
  handlers: {
    'get messages': listMessages,
    'get message_updates': listUpdates,
    'set live_updates': (request) => {
      const one = addressed(request)
      const { world, from } = request
      one.liveUntil.set(`${from.account.lid}:${from.id}`, world.clock.now() + liveUpdateSeconds * 1000)
      world.log.append('newsletter.live', { newsletter: one.id, device: deviceName(from) })
      return [{ tag: 'live_updates', attrs: { duration: String(liveUpdateSeconds) } }]
    },
    'get my_addons': listOwnReactions,
  },
}

function listMessages(request: IqRequest): readonly WireNode[] {
  const { world, from, node } = request
  const wish = child(node, 'messages')!
  const key = textAttr(wish, 'key') ?? textAttr(wish, 'jid') ?? ''
  const jid = jidAttr(wish, 'jid')
  const one = textAttr(wish, 'type') === 'invite' ? world.newsletters.byCode(key) : world.newsletters.get(jid ?? key)
  if (!one) throw new StanzaError(404, 'item-not-found')
  const before = numberAttr(wish, 'before') ?? Number.POSITIVE_INFINITY
  const after = numberAttr(wish, 'after') ?? 0
  const visible = [...one.messages.values()].filter(
    (message) => message.serverId < before && message.serverId > after && isVisible(one, message, request),
  )
  const content = page(wish, visible).map((message) => listedMessage(one, message, from.account))
  return [{ tag: 'messages', attrs: { jid: newsletterJid(one), t: String(world.seconds()) }, content }]
}

function listUpdates(request: IqRequest): readonly WireNode[] {
  const one = addressed(request)
  const wish = child(request.node, 'message_updates')!
  const since = (numberAttr(wish, 'since') ?? 0) * 1000
  const after = numberAttr(wish, 'after') ?? 0
  const before = numberAttr(wish, 'before') ?? Number.POSITIVE_INFINITY
  const changed = [...one.messages.values()].filter(
    (message) =>
      message.updatedAt >= since &&
      message.serverId > after &&
      message.serverId < before &&
      isVisible(one, message, request),
  )
  const content = page(wish, changed).map((message) => countedMessage(one, message))
  const messages = { tag: 'messages', attrs: { jid: newsletterJid(one), t: String(request.world.seconds()) }, content }
  return [{ tag: 'message_updates', attrs: {}, content: [messages] }]
}

/** Which messages the account reacted to, and how. */
function listOwnReactions({ world, from, node }: IqRequest): readonly WireNode[] {
  const wish = child(node, 'my_addons')!
  const jid = jidAttr(node, 'to')
  const asked = jid && world.newsletters.get(jid)
  const channels = asked ? [asked] : world.newsletters.of(from.account)
  const content = channels.flatMap((one): WireNode[] => {
    const mine = page(
      wish,
      [...one.messages.values()].filter(({ reactions }) => reactions.has(from.account.lid)),
    )
    const messages = mine.map(({ serverId, reactions, updatedAt }): WireNode => {
      const attrs = { code: reactions.get(from.account.lid)!, t: String(Math.floor(updatedAt / 1000)) }
      return { tag: 'message', attrs: { server_id: String(serverId) }, content: [{ tag: 'reaction', attrs }] }
    })
    return messages.length > 0 ? [{ tag: 'messages', attrs: { jid: newsletterJid(one) }, content: messages }] : []
  })
  return [{ tag: 'my_addons', attrs: {}, content }]
}

/** Comments are for those who run the channel, and for who wrote them. */
function isVisible(one: Newsletter, message: NewsletterMessage, { from }: IqRequest): boolean {
  return message.parent === undefined || message.by === from.account.lid || mayRun(one, from.account)
}

/** The newest ones, oldest first. */
function page(wish: WireNode, messages: readonly NewsletterMessage[]): readonly NewsletterMessage[] {
  const count = numberAttr(wish, 'count') ?? numberAttr(wish, 'limit') ?? defaultCount
  return messages.slice(-Math.min(Math.max(count, 1), maxCount))
}

function addressed({ world, node }: IqRequest): Newsletter {
  const to = jidAttr(node, 'to')
  const one = to && world.newsletters.get(to)
  if (!one) throw new StanzaError(404, 'item-not-found')
  return one
}

/** @throws StanzaError 400 */
function numberAttr(node: WireNode, name: string): number | undefined {
  const text = textAttr(node, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new StanzaError(400, 'bad-request')
  return value
}
