import type { InboundPersonChange, PersonChange } from '@switchboard/engine'
import type { BinaryNode } from 'baileys'
import type { AddressBook } from '../../signal/address-book.ts'
import { bytesOf, childOf, childrenNamed, childrenOf, stanzaTime } from '../../wire/nodes.ts'
import { addressOf } from '../message-envelope.ts'

const itemOf = (node: BinaryNode, change: PersonChange, index = 0): InboundPersonChange => ({
  kind: 'person_change',
  stanzaId: `${node.attrs['id'] ?? ''}/${index}`,
  at: stanzaTime(node),
  offline: node.attrs['offline'] !== undefined,
  change,
})

type Read = (node: BinaryNode, book: AddressBook) => Promise<InboundPersonChange[]>

/** Seen in: whatsmeow notification.go `handlePictureNotification`, baileys messages-recv.js. */
const picture: Read = async (node, book) => {
  const [child] = childrenOf(node)
  const from = node.attrs['from']
  if (!child || !from) return []
  const { author, id } = child.attrs
  const by = author ? await addressOf(author, child.attrs['author_pn'] ?? child.attrs['author_lid'], book) : undefined
  return [
    itemOf(node, {
      type: 'picture',
      of: await addressOf(from, undefined, book),
      ...(by && { by }),
      id: child.tag === 'set' ? (id ?? '') : '',
    }),
  ]
}

/** Seen in: whatsmeow notification.go `handleStatusNotification`. */
const about: Read = async (node, book) => {
  const set = childOf(node, 'set')
  if (!set || !node.attrs['from']) return []
  const of = await addressOf(node.attrs['from'], undefined, book)
  return [itemOf(node, { type: 'about', of, text: Buffer.from(bytesOf(set) ?? []).toString() })]
}

/** Seen in: whatsmeow notification.go `handleAccountSyncNotification` and privacysettings.go. */
const ownAccount: Read = async (node, book) => {
  const items: InboundPersonChange[] = []
  for (const [index, child] of childrenOf(node).entries()) {
    if (child.tag === 'privacy') {
      const categories = childrenNamed(child, 'category').map(({ attrs }) => [
        attrs['name'] ?? '',
        attrs['value'] ?? '',
      ])
      items.push(itemOf(node, { type: 'privacy', settings: Object.fromEntries(categories) }, index))
    }
    if (child.tag === 'blocklist') {
      const changes = await Promise.all(
        childrenNamed(child, 'item').map(async ({ attrs }) => ({
          who: await addressOf(attrs['jid'] ?? '', attrs['pn_jid'], book),
          blocked: attrs['action'] === 'block',
        })),
      )
      items.push(itemOf(node, { type: 'blocklist', reload: changes.length === 0, changes }, index))
    }
  }
  return items
}

/** A number changed hands. Seen in: WhatsApp Web; which attributes there are is inferred. */
const contacts: Read = async (node) => {
  const modify = childOf(node, 'modify')?.attrs
  const { old, new: next, old_lid, new_lid } = modify ?? {}
  if (!old || !next) return []
  return [
    itemOf(node, {
      type: 'number',
      before: { jid: old, ...(old_lid && { lid: old_lid }) },
      after: { jid: next, ...(new_lid && { lid: new_lid }) },
    }),
  ]
}

const readers: Readonly<Record<string, Read>> = { picture, status: about, account_sync: ownAccount, contacts }

/** What a notification says of people, in order. */
export const personItems = async (node: BinaryNode, book: AddressBook): Promise<InboundPersonChange[]> =>
  (await readers[node.attrs['type'] ?? '']?.(node, book)) ?? []
