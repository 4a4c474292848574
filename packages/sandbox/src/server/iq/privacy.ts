import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import { listHash } from '../../world/people/list-hash.ts'
import { privacyCategories, privacyValue } from '../../world/people/privacy-rules.ts'
import type { World } from '../../world/world.ts'
import { notify } from '../notifications/notify.ts'
import { syncAccount } from '../notifications/people.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Privacy settings, and the trusted-contact tokens that people give each other. Seen in two clients (whatsmeow privacysettings.go and tctoken.go,
 *  baileys chats.js and messages-send.js). The lists of `contact_blacklist` (`<list name value>`, `<user jid action>`, dhash): one client (zapo
 *  builders/privacy.ts), as is 409 for a stale hash; how it is computed is inferred. */
export const privacy: IqNamespace = {
  xmlns: 'privacy',
  handlers: {
    'get privacy': ({ world, from, node }) => {
      const list = child(child(node, 'privacy'), 'list')
      return [list ? shutOut(world, from.account, list) : settings(from.account)]
    },
    'set privacy': change,
    'set tokens': ({ world, from, node }) => {
      for (const token of children(child(node, 'tokens')!, 'token')) give(world, from.account, token)
      return [{ tag: 'tokens', attrs: {}, content: [] }]
    },
  },
}

function change({ world, from, node }: IqRequest): readonly WireNode[] {
  const { account } = from
  const wanted = children(child(node, 'privacy')!, 'category')
  if (wanted.length === 0) throw new StanzaError(400, 'bad-request')
  for (const category of wanted) check(account, category)
  for (const category of wanted) set(world, account, category)
  const content = wanted.map((category) => categoryNode(account, textAttr(category, 'name')!))
  syncAccount(world, account, from, { tag: 'privacy', attrs: {}, content })
  world.log.append('privacy.changed', {
    phone: account.phone,
    settings: Object.fromEntries(wanted.map(({ attrs }) => [attrs['name'], attrs['value']])),
  })
  return [{ tag: 'privacy', attrs: {}, content }]
}

function settings(account: Account): WireNode {
  return {
    tag: 'privacy',
    attrs: {},
    content: Object.keys(privacyCategories).map((name) => categoryNode(account, name)),
  }
}

function categoryNode(account: Account, name: string): WireNode {
  const value = privacyValue(account, name)
  const hash = value === 'contact_blacklist' ? { dhash: listHash(account.person.shutOut[name] ?? []) } : {}
  return { tag: 'category', attrs: { name, value, ...hash } }
}

function check(account: Account, category: WireNode): void {
  const name = textAttr(category, 'name') ?? ''
  const known = Object.hasOwn(privacyCategories, name) ? privacyCategories[name] : undefined
  if (!known?.values.includes(textAttr(category, 'value') ?? '')) throw new StanzaError(400, 'bad-request')
  const before = textAttr(category, 'dhash')
  const list = account.person.shutOut[name] ?? []
  // Somebody else changed the list in between: fetch it again first.
  if (before !== undefined && before !== 'none' && before !== listHash(list)) throw new StanzaError(409, 'conflict')
}

function set(world: World, account: Account, category: WireNode): void {
  const name = textAttr(category, 'name')!
  const list = new Set(account.person.shutOut[name])
  for (const user of children(category, 'user')) {
    const jid = jidAttr(user, 'jid')
    const other = jid && world.account(jid)
    if (!other) throw new StanzaError(404, 'item-not-found')
    if (textAttr(user, 'action') === 'remove') list.delete(other.lid)
    else list.add(other.lid)
  }
  account.privacy.set(name, textAttr(category, 'value')!)
  account.person.shutOut[name] = [...list]
}

function shutOut(world: World, account: Account, asked: WireNode): WireNode {
  const name = textAttr(asked, 'name') ?? ''
  if (!Object.hasOwn(privacyCategories, name)) throw new StanzaError(400, 'bad-request')
  const lids = account.person.shutOut[name] ?? []
  const content = lids.flatMap((lid): WireNode[] => {
    const other = world.account(`${lid}@lid`)
    return other ? [{ tag: 'user', attrs: { jid: accountJid(other, 'lid'), pn_jid: accountJid(other, 'pn') } }] : []
  })
  const attrs = { name, value: 'contact_blacklist', dhash: listHash(lids) }
  return { tag: 'privacy', attrs: {}, content: [{ tag: 'list', attrs, content }] }
}

/** The token's bytes are the server's to choose; the sender only names the contact and the time. */
function give(world: World, giver: Account, token: WireNode): void {
  const jid = jidAttr(token, 'jid')
  const receiver = jid && world.account(jid)
  if (!receiver) return
  const t = textAttr(token, 't') ?? String(world.seconds())
  const content = Uint8Array.from(contentBytes(token) ?? world.random.bytes(24))
  giver.person.tokensGiven[receiver.lid] = { bytes: content, t: Number(t) }
  world.log.append('token.given', { from: giver.phone, to: receiver.phone, t: Number(t) })
  notify(world, receiver.devices.values(), {
    type: 'privacy_token',
    from: accountJid(giver, 'pn'),
    attrs: { sender_lid: accountJid(giver, 'lid') },
    content: [
      {
        tag: 'tokens',
        attrs: {},
        content: [{ tag: 'token', attrs: { jid: accountJid(receiver, 'lid'), t, type: 'trusted_contact' }, content }],
      },
    ],
  })
}
