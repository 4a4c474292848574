import type { GroupInfo, JoinedGroup, PersonalInvitation } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { childOf } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { checkItem, groupRequest, groupServer, node } from './group-request.ts'
import { readGroup } from './read-group.ts'

// Seen in: whatsmeow group.go `GetGroupInviteLink`, `GetGroupInfoFromLink`, `JoinGroupWithLink`, `JoinGroupWithInvite`, baileys groups.js.

const codeOf = (answer: BinaryNode): string => checkItem(childOf(answer, 'invite'), 'a code').attrs['code'] ?? ''

export const inviteCode = async ({ context }: AbilityParts, group: string): Promise<string> =>
  codeOf(await groupRequest(context.wire, 'get', group, node('invite')))

export const resetInviteCode = async ({ context }: AbilityParts, group: string): Promise<string> =>
  codeOf(await groupRequest(context.wire, 'set', group, node('invite')))

const withCode = ({ context }: AbilityParts, type: 'get' | 'set', code: string): Promise<BinaryNode> =>
  context.wire.query(node('iq', { to: groupServer, type, xmlns: 'w:g2' }, [node('invite', { code })]))

export async function invited(parts: AbilityParts, code: string): Promise<GroupInfo> {
  const answer = await withCode(parts, 'get', code)
  return readGroup(checkItem(childOf(answer, 'group'), 'a group'), parts.context.signal.book)
}

function joined(answer: BinaryNode): JoinedGroup {
  const waiting = childOf(answer, 'membership_approval_request')
  const place = checkItem(waiting ?? childOf(answer, 'group') ?? childOf(answer, 'community'), 'a group')
  return { group: place.attrs['jid'] ?? '', waiting: waiting !== undefined }
}

export const join = async (parts: AbilityParts, code: string): Promise<JoinedGroup> =>
  joined(await withCode(parts, 'set', code))

export async function accept({ context }: AbilityParts, invitation: PersonalInvitation): Promise<JoinedGroup> {
  const { group, code, expiration, admin } = invitation
  const accept = node('accept', { code, expiration: String(expiration), admin })
  return joined(await groupRequest(context.wire, 'set', group, accept))
}
