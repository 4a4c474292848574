import { parseJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'
import { type UsyncProtocol, usyncProtocols } from './usync-protocols.ts'

/** One query about many people, each protocol in `<query>` answered for each `<user>`.
 *  Seen in two clients (whatsmeow user.go usync, baileys WAUSync). */
export const usync: IqNamespace = { xmlns: 'usync', handlers: { 'get usync': answer } }

function answer(request: IqRequest): readonly WireNode[] {
  const asked = child(request.node, 'usync')
  const query = children(child(asked, 'query') ?? { tag: '', attrs: {} })
  const list = children(child(asked, 'list') ?? { tag: '', attrs: {} }, 'user')
  if (query.length === 0) throw new StanzaError(400, 'bad-request')
  const protocols = query.map((item) => protocolFor(request, item))
  if (textAttr(asked, 'mode') === 'delta') keepContacts(request, query, list)
  const users = list.map((user) => userNode(request, user, query, protocols))
  const { sid = '', mode = 'query', context = 'interactive' } = (asked?.attrs ?? {}) as Record<string, string>
  const result = { tag: 'result', attrs: {}, content: query.map(({ tag }) => ({ tag, attrs: {} })) }
  return [
    {
      tag: 'usync',
      attrs: { sid, mode, context, last: 'true', index: '0' },
      content: [result, { tag: 'list', attrs: {}, content: users }],
    },
  ]
}

function protocolFor({ world, from }: IqRequest, item: WireNode): UsyncProtocol {
  const protocol = Object.hasOwn(usyncProtocols, item.tag) ? usyncProtocols[item.tag] : undefined
  if (protocol) return protocol
  world.unhandled.record(`usync/get/${item.tag}`, from.account.phone)
  throw new StanzaError(501, 'feature-not-implemented')
}

function userNode(
  request: IqRequest,
  user: WireNode,
  query: readonly WireNode[],
  protocols: readonly UsyncProtocol[],
): WireNode {
  const { world, from } = request
  const byUsername = usernameOf(world, user)
  if (byUsername?.needsKey) return needsKey(user)
  const named = byUsername?.account ? accountJid(byUsername.account, 'lid') : namedBy(user)
  const account = named && world.sought(named)
  const content = protocols.flatMap((protocol, index) => {
    const answered = protocol({ world, asker: from, account, user, query: query[index]!, named })
    return answered ? [answered] : []
  })
  // A user name leads to the LID alone.
  const attrs = byUsername ? (account ? { jid: accountJid(account, 'lid') } : {}) : addresses(query, named, account)
  return { tag: 'user', attrs, content }
}

/** Whom `<contact username pin>` leads to, and whether its key is missing or wrong. Seen in one client (zapo builders/profile.ts and
 *  WaProfileCoordinator.ts: there is no `jid` then). */
function usernameOf(world: World, user: WireNode): { account: Account | undefined; needsKey: boolean } | undefined {
  const contact = child(user, 'contact')
  const username = textAttr(contact, 'username')
  if (username === undefined) return undefined
  const account = world.named(username)
  const key = account?.username?.key
  return { account, needsKey: key !== undefined && key !== textAttr(contact, 'pin') }
}

function needsKey(user: WireNode): WireNode {
  const username = textAttr(child(user, 'contact'), 'username') ?? ''
  return { tag: 'user', attrs: {}, content: [{ tag: 'contact', attrs: { type: 'in', username } }] }
}

/** A phone that asks with mode `delta` who of its address book is here uploads it thereby: `<contact type="delete">` takes somebody out.
 *  The type is seen in one client (baileys USyncContactProtocol.js); that the server keeps the list is inferred. */
function keepContacts({ world, from }: IqRequest, query: readonly WireNode[], list: readonly WireNode[]): void {
  if (from.id !== 0 || !query.some(({ tag }) => tag === 'contact')) return
  for (const user of list) {
    const named = namedBy(user)
    const account = named && world.account(named)
    if (!account) continue
    if (textAttr(child(user, 'contact'), 'type') === 'delete') delete from.account.person.contacts[account.lid]
    else from.account.person.contacts[account.lid] = true
  }
}

/** The person is named by `jid`, by the text of `<contact>` (`+digits` from baileys, `digits@c.us` from whatsmeow) or by `<lid jid>`. */
function namedBy(user: WireNode): Jid | undefined {
  const direct = jidAttr(user, 'jid') ?? jidAttr(child(user, 'lid'), 'jid')
  if (direct) return direct
  const text = contentText(child(user, 'contact'))
  if (text === undefined) return undefined
  const named = parseJid(text) ?? { user: text, server: 's.whatsapp.net' as const }
  return { user: named.user.replace(/\D/g, ''), server: named.server }
}

/** whatsmeow asks contacts with addressing_mode=lid and wants the LID as `jid` and the number as `pn_jid` (user.go IsOnWhatsApp). */
function addresses(
  query: readonly WireNode[],
  named: Jid | undefined,
  account: Account | undefined,
): Record<string, Jid> {
  const contact = query.find((item) => item.tag === 'contact')
  if (account && textAttr(contact, 'addressing_mode') === 'lid') {
    return { jid: accountJid(account, 'lid'), pn_jid: accountJid(account, 'pn') }
  }
  if (!named) return {}
  // Some numbers have several forms of which one is the address: with or without Brazil's ninth digit, Mexico's 1, Argentina's 9. Whoever asks for
  // another gets that one (seen: whatsmeow issue 874, Baileys issue 1997).
  if (account?.aliases.includes(named.user)) return { jid: accountJid(account, 'pn') }
  const server = named.server === 'c.us' ? 's.whatsapp.net' : named.server
  return { jid: { user: named.user, server } }
}
