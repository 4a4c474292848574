import type { Jid, WireNode } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import type { Newsletter } from '../../world/newsletters/newsletter.ts'
import type { World } from '../../world/world.ts'
import { newsletterId, newsletterJid, newsletterJson } from '../newsletters/newsletter-json.ts'
import { tellByMex } from './mex.ts'
import { notify } from './notify.ts'

export function membersOf(world: World, newsletter: Newsletter): Account[] {
  return [...newsletter.members.keys()].flatMap((lid) => world.account(`${lid}@lid`) ?? [])
}

/** Seen in two clients (whatsmeow events.NewsletterJoin, zapo). Also the device that followed gets it: inferred. */
export function announceFollow(world: World, newsletter: Newsletter, account: Account): void {
  const data = { xwa2_notify_newsletter_on_join: newsletterJson(newsletter, account) }
  tellByMex(world, [account], 'NotificationNewsletterJoin', { data })
}

export function announceUnfollow(world: World, newsletter: Newsletter, account: Account): void {
  const data = { xwa2_notify_newsletter_on_leave: { id: newsletterId(newsletter), role: 'GUEST' } }
  tellByMex(world, [account], 'NotificationNewsletterLeave', { data })
}

export function announceMute(world: World, newsletter: Newsletter, account: Account, mute: 'ON' | 'OFF'): void {
  const data = { xwa2_notify_newsletter_on_mute_change: { id: newsletterId(newsletter), mute } }
  tellByMex(world, [account], 'NotificationNewsletterUserSettingChange', { data })
}

/** Name, description, picture or allowed reactions changed. The data's key: one client (whatsmeow, in a comment); `updates`: one client (baileys). */
export function announceChange(
  world: World,
  newsletter: Newsletter,
  settings: Readonly<Record<string, unknown>>,
): void {
  const { thread_metadata } = newsletterJson(newsletter)
  const id = newsletterId(newsletter)
  const data = { xwa2_notify_newsletter_on_metadata_update: { id, thread_metadata } }
  const people = membersOf(world, newsletter)
  tellByMex(world, people, 'NotificationNewsletterUpdate', { data, updates: [{ jid: id, settings }] })
}

/** The channel is no more. One client (whatsmeow, in a comment). */
export function announceEnd(world: World, newsletter: Newsletter, people: readonly Account[], actor: Account): void {
  for (const person of people) {
    const change = { id: newsletterId(newsletter), is_requestor: person === actor, state: { type: 'DELETED' } }
    tellByMex(world, [person], 'NotificationNewsletterStateChange', {
      data: { xwa2_notify_newsletter_on_state_change: change },
    })
  }
}

const personJson = ({ lid, phone }: Account) => ({ id: `${lid}@lid`, pn: `${phone}@s.whatsapp.net` })

/** Somebody has another role than before. The data is that of WhatsApp Web (WAWebMexNewsletterRoleChangeNotificationHandler), `updates` that of baileys. That
 *  the new owner is promoted and the former one demoted is inferred. */
export function announceRole(
  world: World,
  newsletter: Newsletter,
  user: Account,
  { actor, promoted }: { readonly actor: Account; readonly promoted: boolean },
): void {
  const jid = newsletterId(newsletter)
  const user_new_role = newsletter.members.get(user.lid)?.role.toUpperCase() ?? 'GUEST'
  const change = { id: jid, user: personJson(user), actor: personJson(actor), user_new_role }
  const admins = membersOf(world, newsletter).filter(
    (account) => account === user || newsletter.members.get(account.lid)?.role !== 'subscriber',
  )
  const name = promoted ? 'promote' : 'demote'
  const operation = promoted ? 'NotificationNewsletterAdminPromote' : 'NotificationNewsletterAdminDemote'
  const data = { [`xwa2_notify_newsletter_admin_${name}`]: change }
  tellByMex(world, admins, operation, { data, updates: [{ jid, user: `${user.lid}@lid` }] })
}

/** An invitation to be admin was taken back: the one who did that and the one who had it learn of it (WhatsApp Web,
 *  WAWebMexNewsletterAdminInviteRevokeNotificationHandler). */
export function announceInviteRevoked(world: World, newsletter: Newsletter, user: Account, actor: Account): void {
  const change = { id: newsletterId(newsletter), user: personJson(user), actor: personJson(actor) }
  const data = { xwa2_notify_newsletter_admin_invite_revoke: change }
  tellByMex(world, [user, actor], 'NotificationNewsletterAdminInviteRevoke', { data })
}

/** Counts of a message, as they change, for the devices that asked for it. whatsmeow and zapo read `live_updates` (the former its direct children, the
 *  latter those of `messages`); baileys reads `reaction` and `view` next to it. */
export function pushLiveUpdate(
  world: World,
  newsletter: Newsletter,
  update: { message: WireNode; beside: readonly WireNode[] },
): void {
  const now = world.clock.now()
  for (const [name, until] of newsletter.liveUntil) if (until <= now) newsletter.liveUntil.delete(name)
  const devices = [...newsletter.liveUntil.keys()].flatMap((name) => world.device(liveDevice(name)) ?? [])
  const messages: WireNode = { tag: 'messages', attrs: { t: String(world.seconds()) }, content: [update.message] }
  const live: WireNode = { tag: 'live_updates', attrs: {}, content: [messages, update.message] }
  notify(world, devices, {
    type: 'newsletter',
    from: newsletterJid(newsletter),
    content: [live, ...update.beside],
  })
}

function liveDevice(name: string): Jid {
  const [user = '', device = '0'] = name.split(':')
  return { user, server: 'lid', device: Number(device) }
}
