import type { WireNode } from '../../wire/node.ts'
import { child, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import { listHash } from '../../world/people/list-hash.ts'
import type { World } from '../../world/world.ts'
import { notify } from '../notifications/notify.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Blocked people: items by LID together with the phone number. Seen in two clients (whatsmeow user.go, baileys chats.js). */
export const blocklist: IqNamespace = {
  xmlns: 'blocklist',
  handlers: {
    get: ({ world, from }) => [listNode(world, from.account)],
    'set item': change,
  },
}

function change({ world, from, node }: IqRequest): readonly WireNode[] {
  const item = child(node, 'item')
  const action = textAttr(item, 'action')
  const jid = jidAttr(item, 'jid')
  const other = jid && world.account(jid)
  if (!other) throw new StanzaError(404, 'item-not-found')
  const before = listHash(from.account.blocked)
  if (action === 'block') from.account.blocked.add(other.lid)
  else if (action === 'unblock') from.account.blocked.delete(other.lid)
  else throw new StanzaError(400, 'bad-request')
  const list = listNode(world, from.account)
  const siblings = [...from.account.devices.values()].filter((device) => device !== from)
  const changed = { tag: 'item', attrs: { jid: accountJid(other, 'lid'), action } }
  notify(world, siblings, {
    type: 'account_sync',
    from: accountJid(from.account, 'pn'),
    content: [
      {
        tag: 'blocklist',
        attrs: { action: 'modify', prev_dhash: before, dhash: listHash(from.account.blocked) },
        content: [changed],
      },
    ],
  })
  return [list]
}

function listNode(world: World, account: Account): WireNode {
  const content = [...account.blocked].flatMap((lid) => {
    const other = world.account(lid)
    return other ? [{ tag: 'item', attrs: { jid: accountJid(other, 'lid'), pn_jid: accountJid(other, 'pn') } }] : []
  })
  return { tag: 'list', attrs: { dhash: listHash(account.blocked), addressing_mode: 'lid' }, content }
}
