import type { WireNode } from '../../wire/node.ts'
import { child, textAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Contact QR codes and wa.me message links. Seen in one client (whatsmeow user.go GetContactQRLink, ResolveContactQRLink,
 *  ResolveBusinessMessageLink): both kinds of code are resolved by the same request. */
export const contactQr: IqNamespace = { xmlns: 'w:qr', handlers: { 'set qr': own, 'get qr': resolve } }

function own({ world, from, node }: IqRequest): readonly WireNode[] {
  const asked = child(node, 'qr')
  const action = textAttr(asked, 'action')
  if (textAttr(asked, 'type') !== 'contact' || (action !== 'get' && action !== 'revoke')) {
    throw new StanzaError(400, 'bad-request')
  }
  const { person } = from.account
  if (action === 'revoke' || !person.contactCode) person.contactCode = world.random.hex(7)
  return [{ tag: 'qr', attrs: { type: 'contact', code: person.contactCode } }]
}

function resolve({ world, node }: IqRequest): readonly WireNode[] {
  const code = textAttr(child(node, 'qr'), 'code') ?? ''
  for (const account of world.accounts()) {
    if (account.person.contactCode === code) return [contact(account)]
    const text = account.person.business?.messageLinks?.[code]
    if (text !== undefined) return [message(account, text)]
  }
  throw new StanzaError(404, 'item-not-found')
}

function contact(account: Account): WireNode {
  return { tag: 'qr', attrs: { type: 'contact', jid: accountJid(account, 'pn'), notify: account.pushName } }
}

function message(account: Account, text: string): WireNode {
  const business = account.person.business
  const attrs = {
    is_signed: String(business?.certificate !== undefined),
    verified_name: business?.verifiedName ?? '',
    verified_level: business?.verifiedLevel ?? 'unknown',
  }
  return {
    tag: 'qr',
    attrs: { type: 'message', jid: accountJid(account, 'pn'), notify: account.pushName },
    content: [
      { tag: 'message', attrs: {}, content: Buffer.from(text) },
      { tag: 'business', attrs },
    ],
  }
}
