import type {
  Address,
  GroupInfo,
  GroupMember,
  GroupRole,
  JoinRequest,
  MemberAddMode,
  MemberOutcome,
  Subgroup,
} from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { addressOf } from '../../inbound/message-envelope.ts'
import type { AddressBook } from '../../signal/address-book.ts'
import { childOf, childrenNamed, textOf } from '../../wire/nodes.ts'

// Names seen in: whatsmeow group.go `parseGroupNode` and types/group.go, baileys groups.js `extractGroupMetadata`.

type Attrs = BinaryNode['attrs']

/** Seconds of an attribute as Unix ms; undefined when there is none. */
const instant = (value: string | undefined): number | undefined => {
  const seconds = Number(value)
  return value && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
}

/** A group without its server, as it stands in `id`. */
const groupJid = (id: string): string => (id.includes('@') ? id : `${id}@g.us`)

/** Both addresses of the person named under `name`; the other form is in `name_pn` or `name_lid`. */
export async function named(attrs: Attrs, name: string, book: AddressBook): Promise<Address | undefined> {
  const jid = attrs[name]
  return jid ? addressOf(jid, attrs[`${name}_pn`] ?? attrs[`${name}_lid`], book) : undefined
}

/** Who a `<participant>` is. */
export const participant = ({ attrs }: BinaryNode, book: AddressBook): Promise<Address> =>
  addressOf(attrs['jid'] ?? '', attrs['phone_number'] ?? attrs['lid'], book)

const roles: Readonly<Record<string, GroupRole>> = { admin: 'admin', superadmin: 'superadmin' }

const member = async (node: BinaryNode, book: AddressBook): Promise<GroupMember> => ({
  who: await participant(node, book),
  role: roles[node.attrs['type'] ?? ''] ?? 'member',
})

/** Only those who are in: an answer to a creation also lists those who could not be added. */
const membersOf = (group: BinaryNode): readonly BinaryNode[] =>
  childrenNamed(group, 'participant').filter(({ attrs }) => attrs['error'] === undefined)

async function description(group: BinaryNode, book: AddressBook): Promise<GroupInfo['description']> {
  const node = childOf(group, 'description')
  if (!node?.attrs['id']) return undefined
  const [setAt, setBy] = [instant(node.attrs['t']), await named(node.attrs, 'participant', book)]
  const body = textOf(childOf(node, 'body'))
  if (body === '') return undefined
  return { id: node.attrs['id'], text: body, ...(setAt && { setAt }), ...(setBy && { setBy }) }
}

/** Who may share recent messages with new members, by WhatsApp's word in either case. Without a word: everybody.
 *  Seen in: zapo WaGroupCoordinator.ts, whatsapp-rust iq/groups.rs, WhatsApp Web's WAWebGroupHistoryShareMode. */
export const historySharingIn = (word: string): MemberAddMode => (/^admin_share$/i.test(word) ? 'admins' : 'all')

const settings = (group: BinaryNode) => {
  const has = (tag: string) => childOf(group, tag) !== undefined
  const approval = childOf(childOf(group, 'membership_approval_mode'), 'group_join')
  return {
    announcement: has('announcement'),
    locked: has('locked'),
    ephemeralSeconds: Number(childOf(group, 'ephemeral')?.attrs['expiration'] ?? 0) || 0,
    joinApproval: approval?.attrs['state'] === 'on',
    memberAdd: textOf(childOf(group, 'member_add_mode')) === 'all_member_add' ? 'all' : 'admins',
    historyForNewMembers: has('group_history'),
    historySharing: historySharingIn(textOf(childOf(group, 'member_share_group_history_mode'))),
    isCommunity: has('parent'),
    isDefaultSubgroup: has('default_sub_group'),
    suspended: has('suspended'),
  } as const
}

/** `<group>` as answers and notifications carry it. */
export async function readGroup(group: BinaryNode, book: AddressBook): Promise<GroupInfo> {
  const { attrs } = group
  const members = await Promise.all(membersOf(group).map((node) => member(node, book)))
  const [nameSetAt, createdAt] = [instant(attrs['s_t']), instant(attrs['creation'])]
  const [nameSetBy, owner] = [await named(attrs, 's_o', book), await named(attrs, 'creator', book)]
  const parent = childOf(group, 'linked_parent')?.attrs['jid']
  const about = await description(group, book)
  return {
    jid: groupJid(attrs['id'] ?? ''),
    name: attrs['subject'] ?? '',
    ...settings(group),
    addressing: attrs['addressing_mode'] === 'lid' ? 'lid' : 'pn',
    size: Number(attrs['size']) || members.length,
    members,
    ...(nameSetAt && { nameSetAt }),
    ...(nameSetBy && { nameSetBy }),
    ...(createdAt && { createdAt }),
    ...(owner && { owner }),
    ...(about && { description: about }),
    ...(parent && { parent }),
  }
}

/** What became of each `<participant>` of an answer. */
export const readOutcomes = (nodes: readonly BinaryNode[], book: AddressBook): Promise<MemberOutcome[]> =>
  Promise.all(
    nodes.map(async (node) => {
      const request = childOf(node, 'add_request')
      const expiresAt = instant(request?.attrs['expiration'])
      return {
        who: await participant(node, book),
        code: Number(node.attrs['error'] ?? 200),
        ...(request?.attrs['code'] && { invitation: { code: request.attrs['code'], expiresAt: expiresAt ?? 0 } }),
      }
    }),
  )

export async function readSubgroup(node: BinaryNode, book: AddressBook): Promise<Subgroup> {
  const { attrs } = node
  const [nameSetAt, nameSetBy] = [instant(attrs['s_t']), await named(attrs, 's_o', book)]
  return {
    jid: groupJid(attrs['jid'] ?? attrs['id'] ?? ''),
    name: attrs['subject'] ?? '',
    isDefault: childOf(node, 'default_sub_group') !== undefined,
    ...(nameSetAt && { nameSetAt }),
    ...(nameSetBy && { nameSetBy }),
  }
}

export async function readJoinRequest(node: BinaryNode, book: AddressBook): Promise<JoinRequest> {
  const { attrs } = node
  return {
    who: await participant(node, book),
    at: instant(attrs['request_time'] ?? attrs['t']) ?? 0,
    method: attrs['request_method'] ?? '',
  }
}
