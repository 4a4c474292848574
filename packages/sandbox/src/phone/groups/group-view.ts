import { formatJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { child, children, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Addressing } from '../../world/address.ts'

export interface ParticipantView {
  readonly jid: string
  readonly lid: string
  readonly role: 'member' | 'admin' | 'superadmin'
}

/** A group as a phone knows it: what the server said last. People are named by phone-number JID, together with their LID. */
export interface GroupView {
  readonly jid: string
  readonly subject: string
  readonly description: { readonly id: string; readonly text: string } | undefined
  readonly addressing: Addressing
  readonly size: number
  /** Empty for those who are no members. */
  readonly participants: readonly ParticipantView[]
  readonly announcement: boolean
  readonly locked: boolean
  readonly ephemeralSeconds: number
  readonly joinApproval: boolean
  readonly memberAdd: string
  readonly history: boolean
  readonly historyShare: string
  readonly isCommunity: boolean
  readonly isDefaultSubGroup: boolean
  /** JID of the community that it belongs to. */
  readonly parent: string | undefined
}

/** Reads `<group>`. */
export function readGroup(node: WireNode): GroupView {
  const has = (tag: string): boolean => child(node, tag) !== undefined
  const description = child(node, 'description')
  const parent = jidAttr(child(node, 'linked_parent'), 'jid')
  return {
    jid: `${textAttr(node, 'id')}@g.us`,
    subject: textAttr(node, 'subject') ?? '',
    description: description && {
      id: textAttr(description, 'id') ?? '',
      text: contentText(child(description, 'body')) ?? '',
    },
    addressing: textAttr(node, 'addressing_mode') === 'pn' ? 'pn' : 'lid',
    size: Number(textAttr(node, 'size') ?? 0),
    participants: children(node, 'participant').flatMap((item) =>
      textAttr(item, 'error') ? [] : [readParticipant(item)],
    ),
    announcement: has('announcement'),
    locked: has('locked'),
    ephemeralSeconds: Number(textAttr(child(node, 'ephemeral'), 'expiration') ?? 0),
    joinApproval: has('membership_approval_mode'),
    memberAdd: contentText(child(node, 'member_add_mode')) ?? '',
    history: has('group_history'),
    historyShare: contentText(child(node, 'member_share_group_history_mode')) ?? '',
    isCommunity: has('parent'),
    isDefaultSubGroup: has('default_sub_group'),
    parent: parent && formatJid(parent),
  }
}

export function readParticipant(node: WireNode): ParticipantView {
  const jid = jidAttr(node, 'jid')
  const other = jidAttr(node, 'phone_number') ?? jidAttr(node, 'lid')
  const [pn, lid] = jid?.server === 'lid' ? [other, jid] : [jid, other]
  const type = textAttr(node, 'type')
  return {
    jid: pn ? formatJid(pn) : '',
    lid: lid ? formatJid(lid) : '',
    role: type === 'admin' || type === 'superadmin' ? type : 'member',
  }
}

/** What became of one person in a request that named several. */
export interface ParticipantOutcome {
  readonly jid: string
  /** 200, or the server's refusal. */
  readonly status: number
  /** Present when the person can be invited instead. */
  readonly invite?: { readonly code: string; readonly expiresAtSeconds: number }
}

export function readOutcome(node: WireNode): ParticipantOutcome {
  const request = child(node, 'add_request')
  const code = textAttr(request, 'code')
  const invite =
    code === undefined ? {} : { invite: { code, expiresAtSeconds: Number(textAttr(request, 'expiration')) } }
  const person = readParticipant(node)
  return { jid: person.jid || person.lid, status: Number(textAttr(node, 'error') ?? 200), ...invite }
}
