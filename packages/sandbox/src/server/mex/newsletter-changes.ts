import {
  creationNotice,
  maxNameLength,
  maxNewsletterDescription,
  type Newsletter,
} from '../../world/newsletters/newsletter.ts'
import { makeText } from '../../world/newsletters/newsletter-book.ts'
import { isFollower, isOwner } from '../../world/newsletters/newsletter-rules.ts'
import { newsletterId, newsletterJson } from '../newsletters/newsletter-json.ts'
import {
  announceChange,
  announceEnd,
  announceFollow,
  announceMute,
  announceUnfollow,
  membersOf,
} from '../notifications/newsletters.ts'
import { mexRefusals } from './mex-error.ts'
import { type MexOperation, type MexRequest, record, text } from './mex-operation.ts'
import { newsletterOf, newsletterOwnedBy, newsletterRunBy } from './newsletter-of.ts'

/** Opens a channel, for those who accepted the terms. `input`: baileys and zapo; `newsletter_input`: whatsmeow. */
export const createNewsletter: MexOperation = ({ world, from, variables }) => {
  const input = record(variables['input'] ?? variables['newsletter_input'])
  const name = text(input['name'])
  const description = String(input['description'] ?? '')
  if (name.length > maxNameLength || description.length > maxNewsletterDescription) throw mexRefusals.badRequest()
  if (!world.newsletters.hasAccepted(from.account, creationNotice)) throw mexRefusals.termsNotAccepted()
  const newsletter = world.newsletters.create(world, from.account, { name, description })
  if (input['picture']) setPicture({ world, from }, newsletter, input['picture'])
  world.log.append('newsletter.created', { newsletter: newsletter.id, by: from.account.phone, name })
  announceFollow(world, newsletter, from.account)
  return { xwa2_newsletter_create: newsletterJson(newsletter, from.account) }
}

/** Name, description, picture (base64; empty removes it), allowed reactions. Seen in two clients (whatsmeow newsletter.go, baileys newsletterUpdate). */
export const updateNewsletter: MexOperation = (request) => {
  const newsletter = newsletterRunBy(request)
  const { world, variables } = request
  const { name, description, picture, settings, reaction_codes } = record(variables['updates'])
  const reactions = record(reaction_codes ?? record(settings)['reaction_codes'])['value']
  if (!fits(name, maxNameLength) || name === '' || !fits(description, maxNewsletterDescription)) {
    throw mexRefusals.badRequest()
  }
  if (typeof name === 'string') newsletter.name = makeText(world, name)
  if (typeof description === 'string') newsletter.description = makeText(world, description)
  if (picture !== undefined) setPicture(request, newsletter, picture)
  if (reactions !== undefined) newsletter.reactionCodes = reactionCodes(reactions)
  const changed = Object.entries({ name, description, picture, reaction_codes: reactions })
  announceChange(world, newsletter, Object.fromEntries(changed.filter(([, value]) => value !== undefined)))
  world.log.append('newsletter.changed', { newsletter: newsletter.id, by: request.from.account.phone })
  return { xwa2_newsletter_update: newsletterJson(newsletter) }
}

function fits(value: unknown, length: number): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.length <= length)
}

function reactionCodes(value: unknown): Newsletter['reactionCodes'] {
  const code = String(value).toUpperCase()
  if (code !== 'ALL' && code !== 'BASIC' && code !== 'NONE') throw mexRefusals.badRequest()
  return code
}

function setPicture(
  { world, from }: Pick<MexRequest, 'world' | 'from'>,
  newsletter: Newsletter,
  picture: unknown,
): void {
  if (picture === null || picture === '') {
    newsletter.picture = undefined
    return
  }
  const bytes = Buffer.from(text(picture), 'base64')
  if (bytes.length === 0 || bytes.length > 1024 * 1024) throw mexRefusals.badRequest()
  const { path } = world.media.put('ppic', new Uint8Array(bytes), from.account.lid)
  newsletter.picture = { id: world.random.digits(16), path }
}

/** The channel ends for everybody. Seen in two clients (baileys newsletterDelete, zapo). */
export const deleteNewsletter: MexOperation = (request) => {
  const newsletter = newsletterOwnedBy(request)
  const { world, from } = request
  const people = membersOf(world, newsletter)
  world.newsletters.remove(newsletter)
  announceEnd(world, newsletter, people, from.account)
  world.log.append('newsletter.deleted', { newsletter: newsletter.id, by: from.account.phone })
  return { xwa2_newsletter_delete_v2: { id: newsletterId(newsletter), state: { type: 'DELETED' } } }
}

/** Following twice changes nothing. Seen in two clients (whatsmeow FollowNewsletter, baileys newsletterFollow). */
export const followNewsletter: MexOperation = (request) => {
  const newsletter = newsletterOf(request)
  const { world, from } = request
  if (!isFollower(newsletter, from.account)) {
    newsletter.members.set(from.account.lid, { role: 'subscriber', since: world.clock.now(), muted: true })
    announceFollow(world, newsletter, from.account)
    world.log.append('newsletter.followed', { newsletter: newsletter.id, by: from.account.phone })
  }
  return { xwa2_newsletter_join_v2: newsletterJson(newsletter, from.account) }
}

/** An owner must give the channel away, or end it, before leaving. Seen in two clients (whatsmeow UnfollowNewsletter, baileys newsletterUnfollow). */
export const unfollowNewsletter: MexOperation = (request) => {
  const newsletter = newsletterOf(request)
  const { world, from } = request
  if (isOwner(newsletter, from.account)) throw mexRefusals.forbidden()
  if (newsletter.members.delete(from.account.lid)) {
    announceUnfollow(world, newsletter, from.account)
    world.log.append('newsletter.unfollowed', { newsletter: newsletter.id, by: from.account.phone })
  }
  return { xwa2_newsletter_leave_v2: newsletterJson(newsletter, from.account) }
}

/** Seen in two clients (whatsmeow NewsletterToggleMute, baileys newsletterMute and newsletterUnmute). */
export function muteNewsletter(mute: 'ON' | 'OFF'): MexOperation {
  return (request) => {
    const newsletter = setMute(request, mute)
    const key = mute === 'ON' ? 'xwa2_newsletter_mute_v2' : 'xwa2_newsletter_unmute_v2'
    return { [key]: newsletterJson(newsletter, request.from.account) }
  }
}

/** The same under a newer name. One client (zapo). */
export const setUserSetting: MexOperation = (request) => {
  const input = record(request.variables['input'])
  const value = record(input['setting'] ?? input)['value']
  if (value !== 'ON' && value !== 'OFF') throw mexRefusals.badRequest()
  const newsletter = setMute({ ...request, variables: input }, value)
  return { xwa2_newsletter_update_user_setting: newsletterJson(newsletter, request.from.account) }
}

function setMute(request: MexRequest, mute: 'ON' | 'OFF'): Newsletter {
  const newsletter = newsletterOf(request)
  const { world, from } = request
  const member = newsletter.members.get(from.account.lid)
  if (!member) throw mexRefusals.forbidden()
  member.muted = mute === 'ON'
  announceMute(world, newsletter, from.account, mute)
  return newsletter
}
