import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import { notify } from '../notifications/notify.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace } from './iq-handler.ts'

/** Categories and what each is when nobody changed it (whatsmeow types/user.go, baileys chats.js). */
const defaults: Readonly<Record<string, string>> = {
  last: 'all',
  online: 'all',
  profile: 'all',
  status: 'all',
  readreceipts: 'all',
  groupadd: 'all',
  calladd: 'all',
  messages: 'all',
  defense: 'off',
}

/** Privacy settings, and the trusted-contact tokens that people give each other. Seen in two clients (whatsmeow privacysettings.go and tctoken.go,
 *  baileys chats.js and messages-send.js). */
export const privacy: IqNamespace = {
  xmlns: 'privacy',
  handlers: {
    'get privacy': ({ from }) => [settings(from.account)],
    'set privacy': ({ from, node }) => {
      const changed = children(child(node, 'privacy')!, 'category')
      for (const category of changed) set(from.account, category)
      return [{ tag: 'privacy', attrs: {}, content: changed }]
    },
    'set tokens': ({ world, from, node }) => {
      for (const token of children(child(node, 'tokens')!, 'token')) give(world, from.account, token)
      return [{ tag: 'tokens', attrs: {}, content: [] }]
    },
  },
}

function settings(account: Account): WireNode {
  const content = Object.entries(defaults).map(([name, value]) => ({
    tag: 'category',
    attrs: { name, value: account.privacy.get(name) ?? value },
  }))
  return { tag: 'privacy', attrs: {}, content }
}

function set(account: Account, category: WireNode): void {
  const name = textAttr(category, 'name')
  const value = textAttr(category, 'value')
  if (!name || !value || !Object.hasOwn(defaults, name)) throw new StanzaError(400, 'bad-request')
  account.privacy.set(name, value)
}

/** The token's bytes are the server's to choose; the sender only names the contact and the time. */
function give(world: World, giver: Account, token: WireNode): void {
  const jid = jidAttr(token, 'jid')
  const receiver = jid && world.account(jid)
  if (!receiver) return
  const t = textAttr(token, 't') ?? String(world.seconds())
  const content = contentBytes(token) ?? world.random.bytes(24)
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
