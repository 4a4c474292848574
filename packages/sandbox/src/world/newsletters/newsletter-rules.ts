import type { Account } from '../account.ts'
import { basicReactions, type Newsletter, type NewsletterRole } from './newsletter.ts'

export function roleOf(newsletter: Newsletter, account: Account): NewsletterRole | 'guest' {
  return newsletter.members.get(account.lid)?.role ?? 'guest'
}

export function isOwner(newsletter: Newsletter, account: Account): boolean {
  return roleOf(newsletter, account) === 'owner'
}

/** Admins write, edit and revoke, and change name, description and picture. */
export function mayRun(newsletter: Newsletter, account: Account): boolean {
  const role = roleOf(newsletter, account)
  return role === 'owner' || role === 'admin'
}

export function isFollower(newsletter: Newsletter, account: Account): boolean {
  return newsletter.members.has(account.lid)
}

export function mayReactWith(newsletter: Newsletter, code: string): boolean {
  if (newsletter.reactionCodes === 'NONE') return false
  return newsletter.reactionCodes === 'ALL' || basicReactions.has(code)
}

export function adminCount(newsletter: Newsletter): number {
  return [...newsletter.members.values()].filter(({ role }) => role !== 'subscriber').length
}
