import type { InboundPersonChange, PersonChange } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { AddressBook } from '../../signal/address-book.ts'
import { childOf, childrenNamed, childrenOf, textOf } from '../../wire/nodes.ts'
import { verifiedNameIn } from '../../wire/verified-name.ts'
import { addressOf } from '../message-envelope.ts'
import { itemBase, type Notification } from './notification.ts'

const itemOf = (node: BinaryNode, change: PersonChange, part = 0): InboundPersonChange => ({
  kind: 'person_change',
  ...itemBase(node, part),
  change,
})

/** Somebody has another about text. Seen in: whatsmeow notification.go `handleStatusNotification`. */
export const about: Notification = {
  type: 'status',
  async items(node, book) {
    const set = childOf(node, 'set')
    if (!set || !node.attrs['from']) return []
    const of = await addressOf(node.attrs['from'], undefined, book)
    return [itemOf(node, { type: 'about', of, text: textOf(set) })]
  },
}

/** A business has another confirmed name, or is none any more. What names it by a hash alone cannot be placed: its next message tells its name.
 *  Seen in: zapo client/events/business.ts, whatsapp-rust stanza/business.rs. */
export const business: Notification = {
  type: 'business',
  async items(node, book) {
    const [named, removed] = [childOf(node, 'verified_name'), childOf(node, 'remove')]
    const jid = (named ?? removed)?.attrs['jid']
    const name = removed ? '' : verifiedNameIn(named)
    if (!jid || name === undefined) return []
    return [itemOf(node, { type: 'business_name', of: await addressOf(jid, undefined, book), name })]
  },
}

/** A number changed hands. Seen in: WhatsApp Web; which attributes there are is inferred. */
export const contacts: Notification = {
  type: 'contacts',
  items(node) {
    const { old, new: next, old_lid, new_lid } = childOf(node, 'modify')?.attrs ?? {}
    if (!old || !next) return []
    const before = { jid: old, ...(old_lid && { lid: old_lid }) }
    const after = { jid: next, ...(new_lid && { lid: new_lid }) }
    return [itemOf(node, { type: 'number', before, after })]
  },
}

/** Settings of the own account. Seen in: whatsmeow notification.go `handleAccountSyncNotification` and privacysettings.go. */
export async function ownAccountItems(node: BinaryNode, book: AddressBook): Promise<InboundPersonChange[]> {
  const changes = await Promise.all(childrenOf(node).map((child) => settingOf(child, book)))
  return changes.flatMap((change, index) => (change ? [itemOf(node, change, index)] : []))
}

async function settingOf(child: BinaryNode, book: AddressBook): Promise<PersonChange | undefined> {
  if (child.tag === 'privacy') {
    const settings = childrenNamed(child, 'category').map(({ attrs }) => [attrs['name'] ?? '', attrs['value'] ?? ''])
    return { type: 'privacy', settings: Object.fromEntries(settings) }
  }
  if (child.tag !== 'blocklist') return undefined
  const changes = childrenNamed(child, 'item').map(async ({ attrs }) => ({
    who: await addressOf(attrs['jid'] ?? '', attrs['pn_jid'], book),
    blocked: attrs['action'] === 'block',
  }))
  return { type: 'blocklist', reload: changes.length === 0, changes: await Promise.all(changes) }
}
