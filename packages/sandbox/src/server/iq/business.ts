import type { WireNode } from '../../wire/node.ts'
import { child, children, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { BusinessDay, BusinessProfile } from '../../world/people/business.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** Business profiles. Get (v 244): seen in two clients (whatsmeow user.go parseBusinessProfile, baileys chats.js getBusinessProfile). Set (v 3, delta):
 *  one client (baileys business.js updateBussinesProfile). Who is no business has no `<profile>`. */
export const business: IqNamespace = {
  xmlns: 'w:biz',
  handlers: { 'get business_profile': look, 'set business_profile': change },
}

function look({ world, node }: IqRequest): readonly WireNode[] {
  const asked = children(child(node, 'business_profile')!, 'profile')
  const content = asked.flatMap((item): WireNode[] => {
    const jid = jidAttr(item, 'jid')
    const account = jid && world.account(jid)
    const profile = account?.person.business
    return jid && profile ? [profileNode(account, profile)] : []
  })
  return [{ tag: 'business_profile', attrs: { v: '244' }, content }]
}

function profileNode(account: Account, profile: BusinessProfile): WireNode {
  const { description, address, email, websites = [], categories = [], hours } = profile
  const content: WireNode[] = [
    ...leaf('address', address),
    ...leaf('description', description),
    ...websites.flatMap((website) => leaf('website', website)),
    ...leaf('email', email),
    ...(categories.length > 0 ? [{ tag: 'categories', attrs: {}, content: categories.map(categoryNode) }] : []),
    ...(hours
      ? [{ tag: 'business_hours', attrs: { timezone: hours.timezone }, content: hours.days.map(dayNode) }]
      : []),
  ]
  return { tag: 'profile', attrs: { jid: accountJid(account, 'pn') }, content }
}

function leaf(tag: string, text: string | undefined): WireNode[] {
  return text === undefined ? [] : [{ tag, attrs: {}, content: Buffer.from(text) }]
}

function categoryNode({ id, name }: { id: string; name: string }): WireNode {
  return { tag: 'category', attrs: { id }, content: Buffer.from(name) }
}

function dayNode({ day, mode, openMinutes, closeMinutes }: BusinessDay): WireNode {
  const attrs: Record<string, string> = { day_of_week: day, mode }
  if (openMinutes !== undefined) attrs['open_time'] = String(openMinutes)
  if (closeMinutes !== undefined) attrs['close_time'] = String(closeMinutes)
  return { tag: 'business_hours_config', attrs }
}

/** What of a card can be changed here; a cover picture (baileys business.js updateCoverPhoto) cannot. */
const changeable: ReadonlySet<string> = new Set(['address', 'description', 'email', 'website', 'business_hours'])

function change({ world, from, node }: IqRequest): undefined {
  const profile = from.account.person.business
  if (!profile) throw new StanzaError(403, 'forbidden')
  const wanted = child(node, 'business_profile')!
  const other = children(wanted).find(({ tag }) => !changeable.has(tag))
  if (other) {
    world.unhandled.record(`w:biz/set/${other.tag}`, from.account.phone)
    throw new StanzaError(501, 'feature-not-implemented')
  }
  for (const field of ['address', 'description', 'email'] as const) {
    const text = contentText(child(wanted, field))
    if (text !== undefined) profile[field] = text
  }
  const websites = children(wanted, 'website').flatMap((item) => contentText(item) ?? [])
  if (websites.length > 0) profile.websites = websites
  const hours = child(wanted, 'business_hours')
  if (hours) profile.hours = readHours(hours)
  world.log.append('business.changed', { phone: from.account.phone })
}

function readHours(node: WireNode): NonNullable<BusinessProfile['hours']> {
  const days = children(node, 'business_hours_config').map((item): BusinessDay => {
    const open = textAttr(item, 'open_time')
    const close = textAttr(item, 'close_time')
    return {
      day: (textAttr(item, 'day_of_week') ?? 'mon') as BusinessDay['day'],
      mode: (textAttr(item, 'mode') ?? 'open_24h') as BusinessDay['mode'],
      ...(open === undefined ? {} : { openMinutes: Number(open) }),
      ...(close === undefined ? {} : { closeMinutes: Number(close) }),
    }
  })
  return { timezone: textAttr(node, 'timezone') ?? 'UTC', days }
}
