import { formatJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import type { Account, Device } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import { maySee } from '../../world/people/privacy-rules.ts'
import type { Username } from '../../world/people/username.ts'
import type { World } from '../../world/world.ts'
import { verifiedNameNode } from '../verified-name.ts'
import { tellByMex } from './mex.ts'
import { notify } from './notify.ts'

/** A person's devices but one. */
function siblings(account: Account, except: Device | undefined): Device[] {
  return [...account.devices.values()].filter((device) => device !== except)
}

/** Those who know this person. */
const acquaintances = (world: World, account: Account): Account[] =>
  [...world.peers(account)].filter((peer) => peer !== account)

const devicesOf = (people: readonly Account[]): Device[] => people.flatMap(({ devices }) => [...devices.values()])

/** Every device of those who know this person and may see that of them. */
function onlookers(world: World, account: Account, category: 'profile' | 'status'): Device[] {
  return devicesOf(acquaintances(world, account).filter((peer) => maySee(account, category, peer)))
}

/** Tells a person's other devices that something of the account changed. privacy, blocklist, devices, picture: seen in one client (whatsmeow
 *  notification.go handleAccountSyncNotification); blocklist and disappearing_mode also in baileys messages-recv.js. */
export function syncAccount(world: World, account: Account, except: Device | undefined, change: WireNode): void {
  notify(world, siblings(account, except), {
    type: 'account_sync',
    from: accountJid(account, 'pn'),
    content: [change],
  })
}

/** Another picture, or none any more. Seen in two clients (whatsmeow notification.go handlePictureNotification, baileys messages-recv.js). */
export function announcePicture(world: World, from: Device): void {
  const { account } = from
  const { picture } = account.person
  const jid = accountJid(account, 'pn')
  const change: WireNode = picture
    ? { tag: 'set', attrs: { jid, id: picture.id, author: jid } }
    : { tag: 'delete', attrs: { jid, author: jid } }
  notify(world, onlookers(world, account, 'profile'), { type: 'picture', from: jid, content: [change] })
  syncAccount(world, account, from, { tag: 'picture', attrs: {} })
  world.log.append('picture.changed', { phone: account.phone, id: picture?.id })
}

/** Another about text. Seen in one client (whatsmeow notification.go handleStatusNotification); baileys takes it in silence. */
export function announceAbout(world: World, from: Device): void {
  const { account } = from
  const devices = [...onlookers(world, account, 'status'), ...siblings(account, from)]
  const content = [{ tag: 'set', attrs: {}, content: Buffer.from(account.about.text) }]
  notify(world, devices, { type: 'status', from: accountJid(account, 'pn'), content })
  world.log.append('about.changed', { phone: account.phone, text: account.about.text })
}

/** The person took another user name, or gave it up. Seen in one client (zapo client/events/mex-notification.ts, for the own devices events/username.ts).
 *  @param before the former one */
export function announceUsername(world: World, from: Device, before: Username | undefined): void {
  const { account } = from
  const lid = formatJid(accountJid(account, 'lid'))
  const { username } = account
  const peers = acquaintances(world, account)
  if (username) {
    const data = { xwa2_notify_username_on_change: { lid, username: username.name } }
    tellByMex(world, peers, 'UsernameSetNotification', { data })
  } else {
    const data = { xwa2_notify_username_delete: { lid, display_name: before?.name ?? '' } }
    tellByMex(world, peers, 'UsernameDeleteNotification', { data })
  }
  syncAccount(world, account, from, { tag: 'username', attrs: username ? { username: username.name } : {} })
  world.log.append('username.changed', { phone: account.phone, username: username?.name })
}

/** A business has another verified name. Seen in two clients (zapo client/events/business.ts, whatsapp-rust stanza/business.rs); whatsmeow and baileys
 *  look at the certificates of messages alone. */
export function announceBusinessName(world: World, account: Account): void {
  const certificate = account.person.business && verifiedNameNode(account.person.business)
  if (!certificate) return
  const jid = accountJid(account, 'pn')
  const devices = devicesOf(acquaintances(world, account))
  const content = [{ ...certificate, attrs: { ...certificate.attrs, jid } }]
  notify(world, devices, { type: 'business', from: jid, content })
}

/** The person took another phone number. Inferred: WhatsApp Web gets this; whatsmeow and baileys ignore it. */
export function announceNumber(world: World, account: Account, oldPhone: string): void {
  const devices = devicesOf(acquaintances(world, account))
  const old = { user: oldPhone, server: 's.whatsapp.net' } as const
  const lid = accountJid(account, 'lid')
  const attrs = { old, new: accountJid(account, 'pn'), old_lid: lid, new_lid: lid }
  notify(world, devices, { type: 'contacts', from: old, content: [{ tag: 'modify', attrs }] })
  world.log.append('number.changed', { phone: account.phone, old: oldPhone })
}
