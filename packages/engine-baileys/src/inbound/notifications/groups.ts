import type { Address, GroupChange } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { historySharingIn, named, participant, readGroup } from '../../abilities/groups/read-group.ts'
import type { AddressBook } from '../../signal/address-book.ts'
import { childOf, childrenNamed, childrenOf, textOf } from '../../wire/nodes.ts'
import { itemBase, type Notification } from './notification.ts'

// Names of changes seen in: whatsmeow group.go `parseGroupChange`, baileys messages-recv.js `handleGroupNotification`.

type Read = (node: BinaryNode, book: AddressBook) => GroupChange | Promise<GroupChange>

const people = (node: BinaryNode, book: AddressBook): Promise<Address[]> =>
  Promise.all(childrenNamed(node, 'participant').map((each) => participant(each, book)))

const roster =
  (type: 'joined' | 'left' | 'promoted' | 'demoted'): Read =>
  async (node, book) => ({
    type,
    people: await people(node, book),
    ...(node.attrs['reason'] && { reason: node.attrs['reason'] }),
  })

const requests =
  (type: 'requested' | 'request_dropped'): Read =>
  async (node, book) => ({
    type,
    people: await people(node, book),
    ...(node.attrs['request_method'] && { method: node.attrs['request_method'] }),
  })

const flag =
  (type: 'announcement' | 'locked' | 'history_for_new_members', value: boolean): Read =>
  () => ({ type, value })

const linkOf =
  (type: 'linked' | 'unlinked', attribute: string): Read =>
  (node) => {
    const other = childOf(node, 'group')?.attrs
    const id = other?.['jid'] ?? other?.['id'] ?? ''
    return {
      type,
      other: id.includes('@') ? id : `${id}@g.us`,
      relation: node.attrs[attribute] === 'parent_group' ? 'community' : 'subgroup',
    }
  }

const changes: Readonly<Record<string, Read>> = {
  add: roster('joined'),
  remove: roster('left'),
  promote: roster('promoted'),
  demote: roster('demoted'),
  created_membership_requests: requests('requested'),
  revoked_membership_requests: requests('request_dropped'),
  create: async (node, book) => ({
    type: 'entered',
    info: await readGroup(childOf(node, 'group') ?? node, book),
    isNew: node.attrs['type'] === 'new',
    ...(node.attrs['reason'] && { reason: node.attrs['reason'] }),
  }),
  subject: ({ attrs }) => ({ type: 'name', name: attrs['subject'] ?? '' }),
  description: (node) => ({
    type: 'description',
    id: node.attrs['id'] ?? '',
    text: childOf(node, 'delete') ? '' : textOf(childOf(node, 'body')),
  }),
  announcement: flag('announcement', true),
  not_announcement: flag('announcement', false),
  locked: flag('locked', true),
  unlocked: flag('locked', false),
  group_history: flag('history_for_new_members', true),
  no_group_history: flag('history_for_new_members', false),
  member_share_group_history_mode: (node) => ({ type: 'history_sharing', value: historySharingIn(textOf(node)) }),
  membership_approval_mode: (node) => ({
    type: 'join_approval',
    value: childrenOf(node)[0]?.attrs['state'] === 'on',
  }),
  member_add_mode: (node) => ({
    type: 'member_add',
    value: textOf(node) === 'all_member_add' ? 'all' : 'admins',
  }),
  ephemeral: ({ attrs }) => ({ type: 'ephemeral', seconds: Number(attrs['expiration']) || 0 }),
  not_ephemeral: () => ({ type: 'ephemeral', seconds: 0 }),
  invite: ({ attrs }) => ({ type: 'invite_code', code: attrs['code'] ?? '' }),
  link: linkOf('linked', 'link_type'),
  unlink: linkOf('unlinked', 'unlink_type'),
  modify: async (node, book) => ({ type: 'number', people: await people(node, book) }),
  delete: ({ attrs }) => ({ type: 'ended', reason: attrs['reason'] ?? '' }),
}

/** Something about a group, or who is in it. One item for each change in it. */
export const group: Notification = {
  type: 'w:gp2',
  inOrder: () => true,
  take: (node, { groups }) => groups.forget(node.attrs['from'] ?? ''),
  async items(node, book) {
    const by = await named(node.attrs, 'participant', book)
    return Promise.all(
      childrenOf(node).map(async (child, index) => ({
        kind: 'group_change' as const,
        ...itemBase(node, index),
        group: node.attrs['from'] ?? '',
        ...(by && { by }),
        change: (await changes[child.tag]?.(child, book)) ?? { type: 'other' as const, name: child.tag },
      })),
    )
  },
}
