import { adminInviteMs } from '../../world/newsletters/newsletter.ts'
import { adminCount, isFollower, isOwner, roleOf } from '../../world/newsletters/newsletter-rules.ts'
import { newsletterId } from '../newsletters/newsletter-json.ts'
import { announceInviteRevoked, announceRole } from '../notifications/newsletters.ts'
import { mexRefusals } from './mex-error.ts'
import type { MexOperation } from './mex-operation.ts'
import { newsletterOf, newsletterOwnedBy, newsletterRunBy, userOf } from './newsletter-of.ts'

/** How many run the channel. Seen in two clients (baileys newsletterAdminCount, zapo). */
export const adminInfo: MexOperation = (request) => {
  const newsletter = newsletterRunBy(request)
  return { xwa2_newsletter_admin: { id: newsletterId(newsletter), admin_count: adminCount(newsletter) } }
}

/** Gives the channel to one of its admins; the owner becomes an admin. Seen in two clients (baileys newsletterChangeOwner, zapo). */
export const changeOwner: MexOperation = (request) => {
  const newsletter = newsletterOwnedBy(request)
  const user = userOf(request)
  const next = newsletter.members.get(user.lid)
  if (next?.role !== 'admin') throw mexRefusals.conflict()
  const actor = request.from.account
  newsletter.members.get(actor.lid)!.role = 'admin'
  next.role = 'owner'
  announceRole(request.world, newsletter, user, { actor, promoted: true })
  announceRole(request.world, newsletter, actor, { actor, promoted: false })
  return { xwa2_newsletter_change_owner: { id: newsletterId(newsletter) } }
}

/** The owner makes an admin a follower again; an admin can do that with itself. Baileys and zapo read different keys. */
export const demoteAdmin: MexOperation = (request) => {
  const newsletter = newsletterOf(request)
  const user = userOf(request)
  const allowed = isOwner(newsletter, request.from.account) || user === request.from.account
  if (!allowed || roleOf(newsletter, user) === 'owner') throw mexRefusals.forbidden()
  const member = newsletter.members.get(user.lid)
  if (member?.role !== 'admin') throw mexRefusals.notFound()
  member.role = 'subscriber'
  announceRole(request.world, newsletter, user, { actor: request.from.account, promoted: false })
  const result = { id: newsletterId(newsletter) }
  return { xwa2_newsletter_demote: result, xwa2_newsletter_admin_demote: result }
}

/** One client (zapo). The invited person learns of it by a message from the one who invites. */
export const createAdminInvite: MexOperation = (request) => {
  const newsletter = newsletterOwnedBy(request)
  const { world } = request
  const user = userOf(request)
  if (!isFollower(newsletter, user)) throw mexRefusals.forbidden()
  if (roleOf(newsletter, user) !== 'subscriber') throw mexRefusals.conflict()
  const expiresAt = world.clock.now() + adminInviteMs
  newsletter.adminInvites.set(user.lid, expiresAt)
  const invite_expiration_time = String(Math.floor(expiresAt / 1000))
  return { xwa2_newsletter_admin_invite_create: { id: newsletterId(newsletter), invite_expiration_time } }
}

/** One client (zapo). 404 without an invitation, or when it has ended: inferred. */
export const acceptAdminInvite: MexOperation = (request) => {
  const newsletter = newsletterOf(request)
  const { world, from } = request
  const expiresAt = newsletter.adminInvites.get(from.account.lid)
  const member = newsletter.members.get(from.account.lid)
  if (!member || expiresAt === undefined || expiresAt <= world.clock.now()) throw mexRefusals.notFound()
  newsletter.adminInvites.delete(from.account.lid)
  member.role = 'admin'
  announceRole(world, newsletter, from.account, { actor: from.account, promoted: true })
  return { xwa2_newsletter_admin_invite_accept: { id: newsletterId(newsletter) } }
}

/** One client (zapo). */
export const revokeAdminInvite: MexOperation = (request) => {
  const newsletter = newsletterOwnedBy(request)
  const user = userOf(request)
  if (!newsletter.adminInvites.delete(user.lid)) throw mexRefusals.notFound()
  announceInviteRevoked(request.world, newsletter, user, request.from.account)
  return { xwa2_newsletter_admin_invite_revoke: { id: newsletterId(newsletter) } }
}

/** Who was invited and has not answered. baileys calls the query "subscribers" (newsletterSubscribers) and reads a key that it never gets from
 *  the real server: its list is there as well. */
export const pendingInvites: MexOperation = (request) => {
  const newsletter = newsletterRunBy(request)
  const { world } = request
  const invited = [...newsletter.adminInvites].filter(([, expiresAt]) => expiresAt > world.clock.now())
  const pending_admin_invites = invited.flatMap(([lid]) => {
    const account = world.account(`${lid}@lid`)
    return account ? [{ user: { id: `${lid}@lid`, pn: `${account.phone}@s.whatsapp.net` } }] : []
  })
  const id = newsletterId(newsletter)
  return {
    xwa2_newsletter_admin: { id, pending_admin_invites },
    xwa2_newsletter_subscribers: { id, subscribers: newsletter.members.size },
  }
}
