import type { Group, Role } from './group.ts'

/** Makes people members. @returns those who were not before */
export function enrol(group: Group, lids: readonly string[], now: number, role: Role = 'member'): string[] {
  const fresh = [...new Set(lids)].filter((lid) => !group.participants.has(lid))
  for (const lid of fresh) {
    group.participants.set(lid, { role, joinedAt: now })
    group.requests.delete(lid)
    group.former.delete(lid)
    for (const [code, invite] of group.personalInvites) if (invite.forLid === lid) group.personalInvites.delete(code)
  }
  if (fresh.length > 0) group.participantVersion++
  return fresh
}

/** Ends memberships. @returns those who were members */
export function strike(group: Group, lids: readonly string[], how: 'left' | 'removed', now: number): string[] {
  const gone = lids.filter((lid) => group.participants.delete(lid))
  for (const lid of gone) group.former.set(lid, { how, at: now })
  if (gone.length > 0) group.participantVersion++
  return gone
}

/** Who takes over when the last admin is gone: the longest member. Undefined when there still is an admin, or nobody at all. */
export function successor(group: Group): string | undefined {
  const members = [...group.participants]
  if (members.some(([, participant]) => participant.role !== 'member')) return undefined
  return members.toSorted(([, one], [, other]) => one.joinedAt - other.joinedAt)[0]?.[0]
}

/** @returns whether the role changed; the creator keeps theirs */
export function setRole(group: Group, lid: string, role: Role): boolean {
  const participant = group.participants.get(lid)
  const isAdmin = participant?.role !== 'member'
  if (!participant || isAdmin === (role !== 'member')) return false
  participant.role = role
  group.participantVersion++
  return true
}
