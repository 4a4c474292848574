import type { InboundGroupChange, InboundPersonChange } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { named } from '../../abilities/groups/read-group.ts'
import type { AddressBook } from '../../signal/address-book.ts'
import { childrenOf } from '../../wire/nodes.ts'
import { addressOf } from '../message-envelope.ts'
import { itemBase, type Notification } from './notification.ts'

/**
 * A person or a group has another picture, or none. For a group there are two items: the picture, and the change of the group.
 * Seen in: whatsmeow notification.go `handlePictureNotification`, baileys messages-recv.js.
 */
export const picture: Notification = {
  type: 'picture',
  async items(node, book) {
    const [child] = childrenOf(node)
    const { from } = node.attrs
    if (!child || !from) return []
    const id = child.tag === 'set' ? (child.attrs['id'] ?? '') : ''
    const shown = await shownBy(node, child, id, book)
    return from.endsWith('@g.us') ? [shown, await groupPhoto(node, child, id, book)] : [shown]
  },
}

async function shownBy(node: BinaryNode, child: BinaryNode, id: string, book: AddressBook) {
  const { author, author_pn, author_lid } = child.attrs
  const by = author ? await addressOf(author, author_pn ?? author_lid, book) : undefined
  const of = await addressOf(node.attrs['from'] ?? '', undefined, book)
  const item: InboundPersonChange = {
    kind: 'person_change',
    ...itemBase(node),
    change: { type: 'picture', of, ...(by && { by }), id },
  }
  return item
}

async function groupPhoto(node: BinaryNode, child: BinaryNode, id: string, book: AddressBook) {
  const by = await named(child.attrs, 'author', book)
  const item: InboundGroupChange = {
    kind: 'group_change',
    ...itemBase(node, 'photo'),
    group: node.attrs['from'] ?? '',
    ...(by && { by }),
    change: { type: 'photo', id },
  }
  return item
}
