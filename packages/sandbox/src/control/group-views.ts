import { type GroupView, type ParticipantOutcome, type ParticipantView, readGroup } from '../phone/groups/group-view.ts'
import { groupNode } from '../server/groups/group-node.ts'
import type { Group } from '../world/groups/group.ts'
import type { World } from '../world/world.ts'

export function groupView(group: GroupView): Record<string, unknown> {
  return {
    jid: group.jid,
    subject: group.subject,
    description: group.description?.text ?? null,
    addressing: group.addressing,
    size: group.size,
    participants: group.participants.map(participantView),
    announcement: group.announcement,
    locked: group.locked,
    ephemeral_seconds: group.ephemeralSeconds,
    join_approval: group.joinApproval,
    member_add: group.memberAdd,
    history: group.history,
    history_share: group.historyShare,
    is_community: group.isCommunity,
    is_default_subgroup: group.isDefaultSubGroup,
    parent: group.parent ?? null,
  }
}

export function participantView(participant: ParticipantView): Record<string, unknown> {
  return { ...participant }
}

export function outcomeView({ jid, status, invite }: ParticipantOutcome): Record<string, unknown> {
  return {
    jid,
    status,
    ...(invite ? { invite: { code: invite.code, expires_at_seconds: invite.expiresAtSeconds } } : {}),
  }
}

/** A group as it is, whoever looks: with what only admins know. */
export function worldGroupView(world: World, group: Group): Record<string, unknown> {
  return {
    ...groupView(readGroup(groupNode(world, group))),
    created_at: new Date(group.createdAt).toISOString(),
    invite_code: group.inviteCode,
    picture_id: group.pictureId ?? null,
    requests: [...group.requests.values()].map(({ lid, method }) => ({ lid: `${lid}@lid`, method })),
  }
}
