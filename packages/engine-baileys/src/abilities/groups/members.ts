import type { Address, JoinRequest, MemberOutcome } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { childOf, childrenNamed } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { groupRequest, node } from './group-request.ts'
import { readJoinRequest, readOutcomes } from './read-group.ts'

/** A person in a request. A LID comes with the number (seen in: whatsmeow group.go `UpdateGroupParticipants`). */
const personNode = ({ jid, lid }: Address, content?: BinaryNode[]): BinaryNode =>
  node('participant', lid === undefined || lid === jid ? { jid } : { jid: lid, phone_number: jid }, content)

/** People who come into a group, each with the token that they gave us. Seen in: whatsmeow group.go `CreateGroup`, `UpdateGroupParticipants`. */
export const newcomers = ({ tokens }: AbilityParts, people: readonly Address[]): Promise<BinaryNode[]> =>
  Promise.all(
    people.map(async (person) => {
      const token = await tokens.tokenFor(person.lid ?? person.jid)
      return personNode(person, token && [node('privacy', {}, Buffer.from(token))])
    }),
  )

const peopleNode = (tag: string, people: readonly Address[]): BinaryNode =>
  node(
    tag,
    {},
    people.map((person) => personNode(person)),
  )

/** Seen in: whatsmeow group.go `UpdateGroupParticipants`, baileys groups.js `groupParticipantsUpdate`. */
export async function change(
  parts: AbilityParts,
  group: string,
  action: 'add' | 'remove' | 'promote' | 'demote',
  people: readonly Address[],
): Promise<MemberOutcome[]> {
  const { wire, signal } = parts.context
  const asked = action === 'add' ? node(action, {}, await newcomers(parts, people)) : peopleNode(action, people)
  const answer = await groupRequest(wire, 'set', group, asked)
  return readOutcomes(childrenNamed(childOf(answer, action), 'participant'), signal.book)
}

/** Seen in: baileys groups.js `groupRevokeInviteV4`. */
export async function revokeInvitations(
  { context }: AbilityParts,
  group: string,
  people: readonly Address[],
): Promise<MemberOutcome[]> {
  const answer = await groupRequest(context.wire, 'set', group, peopleNode('revoke', people))
  return readOutcomes(childrenNamed(childOf(answer, 'revoke'), 'participant'), context.signal.book)
}

/** Seen in: whatsmeow group.go `GetGroupRequestParticipants`, baileys groups.js `groupRequestParticipantsList`. */
export async function requests({ context }: AbilityParts, group: string): Promise<JoinRequest[]> {
  const answer = await groupRequest(context.wire, 'get', group, node('membership_approval_requests'))
  const waiting = childrenNamed(childOf(answer, 'membership_approval_requests'), 'membership_approval_request')
  return Promise.all(waiting.map((request) => readJoinRequest(request, context.signal.book)))
}

/** Seen in: whatsmeow group.go `UpdateGroupRequestParticipants`, baileys groups.js `groupRequestParticipantsUpdate`. */
export async function decide(
  { context }: AbilityParts,
  group: string,
  decision: 'approve' | 'reject',
  people: readonly Address[],
): Promise<MemberOutcome[]> {
  const asked = node('membership_requests_action', {}, [peopleNode(decision, people)])
  const answer = await groupRequest(context.wire, 'set', group, asked)
  const decided = childOf(childOf(answer, 'membership_requests_action'), decision)
  return readOutcomes(childrenNamed(decided, 'participant'), context.signal.book)
}
