import type { Account } from '../account.ts'
import { lets } from '../people/privacy-rules.ts'
import { type Group, maxParticipants } from './group.ts'

export function isMember(group: Group, account: Account): boolean {
  return group.participants.has(account.lid)
}

export function isAdmin(group: Group, account: Account): boolean {
  const role = group.participants.get(account.lid)?.role
  return role === 'admin' || role === 'superadmin'
}

/** Subject, description, picture, timer. */
export function mayEditInfo(group: Group, account: Account): boolean {
  return isAdmin(group, account) || (isMember(group, account) && !group.settings.locked)
}

export function mayWrite(group: Group, account: Account): boolean {
  return isAdmin(group, account) || (isMember(group, account) && !group.settings.announcement)
}

export function mayAdd(group: Group, account: Account): boolean {
  return isAdmin(group, account) || (isMember(group, account) && group.settings.memberAdd === 'all_member_add')
}

/** Whether this member may share recent messages with those who are new. */
export function mayShareHistory(group: Group, account: Account): boolean {
  return isAdmin(group, account) || (isMember(group, account) && group.settings.historyShare === 'all_member_share')
}

/** How long somebody who left cannot be added without being asked. The length is inferred. */
const recentlyLeftMs = 24 * 60 * 60 * 1000

/** Why a person cannot simply be added; undefined when they can. Codes that both whatsmeow (group.go parseParticipant) and baileys (groups.js) hand to
 *  their callers: 401 has blocked the one who adds, 403 lets itself not be added, 404 unknown, 408 left a short while ago, 409 is a member,
 *  419 the group is full. After 403 and 408 the person can be invited instead. */
export function addRefusal(group: Group, actor: Account, target: Account | undefined, now: number): number | undefined {
  if (!target) return 404
  if (isMember(group, target)) return 409
  if (target.blocked.has(actor.lid)) return 401
  const former = group.former.get(target.lid)
  if (former?.how === 'left' && now - former.at < recentlyLeftMs) return 408
  if (!lets(target, 'groupadd', actor)) return 403
  return group.participants.size >= maxParticipants ? 419 : undefined
}
