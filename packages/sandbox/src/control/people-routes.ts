import { z } from 'zod'
import type { BusinessCard } from '../phone/settings/business-card.ts'
import { ControlError } from './control-error.ts'
import { orRefused } from './phone-refusals.ts'
import { phoneOf, present } from './request-parts.ts'
import { type ControlRequest, type Route, routeWithBody } from './route.ts'

const address = z.string().min(1).max(100)
const people = z.array(address).max(1024)
const picture = z.strictObject({ jpeg_base64: z.base64(), preview_base64: z.base64().optional() })
const about = z.strictObject({
  text: z.string().max(1000),
  emoji: z.string().min(1).max(64).optional(),
  seconds: z.int().min(0).optional().describe('After so long it is blank again; 0 or absent: it stays'),
})
const privacy = z.strictObject({
  category: z.string().min(1).max(32),
  value: z.string().min(1).max(32),
  except: people.optional(),
  readmit: people.optional(),
})
const statusPrivacy = z.strictObject({
  type: z.enum(['contacts', 'blacklist', 'whitelist']),
  people: people.optional(),
})
const onePerson = z.strictObject({ person: address })
const disappearing = z.strictObject({ seconds: z.int().min(0) })
const contacts = z.strictObject({ save: people.optional(), remove: people.optional() })
const contactCode = z.strictObject({ revoke: z.boolean().optional() })
const day = z.strictObject({
  day: z.enum(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']),
  mode: z.enum(['specific_hours', 'open_24h', 'appointment_only']),
  open_minutes: z.int().min(0).max(1440).optional(),
  close_minutes: z.int().min(0).max(1440).optional(),
})
const product = z.strictObject({
  id: z.string().min(1).max(100),
  name: z.string().min(1).max(200),
  description: z.string().max(5000).optional(),
  retailer_id: z.string().max(100).optional(),
  url: z.string().max(2000).optional(),
  image_url: z.string().max(2000).optional(),
  price_1000: z.int().min(0).optional().describe('Thousandths of the currency’s unit'),
  currency: z.string().length(3).optional(),
  hidden: z.boolean().optional(),
})
const order = z.strictObject({
  items: z
    .array(z.strictObject({ product: z.string().min(1).max(100), quantity: z.int().min(1).max(99) }))
    .min(1)
    .max(100),
})
const business = z.strictObject({
  verified_name: z.string().min(1).max(200),
  verified_level: z.enum(['unknown', 'low', 'high']).default('low'),
  description: z.string().max(512).optional(),
  address: z.string().max(256).optional(),
  email: z.string().max(128).optional(),
  websites: z.array(z.string().max(256)).max(2).optional(),
  categories: z
    .array(z.strictObject({ id: z.string(), name: z.string() }))
    .max(3)
    .optional(),
  hours: z.strictObject({ timezone: z.string(), days: z.array(day).max(14) }).optional(),
  products: z.array(product).max(500).optional().describe('The catalogue'),
})
const link = z.strictObject({ text: z.string().max(1000) })

type Act<Body extends z.ZodType> = (request: ControlRequest<z.output<Body>>) => unknown

/** A route by which somebody sets something on a phone. */
function sets<Body extends z.ZodType>(
  path: string,
  summary: string,
  body: Body,
  run: Act<Body>,
  answer = '`{}`',
): Route {
  return routeWithBody({
    ...{ method: 'POST', path: `/phones/{id}${path}`, summary, body, answer },
    run: (request) => orRefused(async () => (await run(request)) ?? {}),
  })
}

export const peopleRoutes: readonly Route[] = [
  sets(
    '/picture',
    'Sets the profile picture, a JPEG',
    picture,
    async (request) => {
      const { jpeg_base64: image, preview_base64: preview } = request.body
      const small = preview === undefined ? undefined : Buffer.from(preview, 'base64')
      return { id: await phoneOf(request).settings.setPicture(Buffer.from(image, 'base64'), small) }
    },
    '`{id}`',
  ),
  {
    method: 'DELETE',
    path: '/phones/{id}/picture',
    summary: 'Removes the profile picture',
    answer: '`{}`',
    run: (request) => orRefused(async () => (await phoneOf(request).settings.removePicture()) ?? {}),
  },
  sets('/about', 'Sets the about text', about, (request) => {
    const { text, ...more } = request.body
    return phoneOf(request).settings.setAbout(text, present(more))
  }),
  {
    method: 'GET',
    path: '/phones/{id}/privacy',
    summary: 'Tells every privacy category and its value',
    answer: '`{last, online, profile, …}`',
    run: (request) => orRefused(() => phoneOf(request).settings.privacy()),
  },
  sets(
    '/privacy',
    'Changes one privacy category; `except` and `readmit` belong to `contact_blacklist`',
    privacy,
    (request) => {
      const { category, value, ...lists } = request.body
      return phoneOf(request).settings.setPrivacy(category, value, present(lists))
    },
  ),
  {
    method: 'GET',
    path: '/phones/{id}/privacy/{category}',
    summary: 'Lists who is shut out of a privacy category that has the value `contact_blacklist`',
    answer: 'a list of JIDs',
    run: (request) => orRefused(() => phoneOf(request).settings.shutOut(request.params['category'] ?? '')),
  },
  sets('/privacy-tokens', 'Gives somebody the token that lets them write first', onePerson, (request) =>
    phoneOf(request).settings.giveToken(request.body.person),
  ),
  sets('/status-privacy', 'Says who sees status posts', statusPrivacy, (request) =>
    phoneOf(request).settings.setStatusPrivacy(request.body.type, request.body.people),
  ),
  {
    method: 'GET',
    path: '/phones/{id}/blocked',
    summary: 'Lists who is blocked',
    answer: 'a list of JIDs',
    run: (request) => orRefused(() => phoneOf(request).settings.blocked()),
  },
  sets('/blocked', 'Blocks somebody', onePerson, (request) => phoneOf(request).settings.block(request.body.person)),
  {
    method: 'DELETE',
    path: '/phones/{id}/blocked/{person}',
    summary: 'Unblocks somebody',
    answer: '`{}`',
    run: (request) =>
      orRefused(async () => (await phoneOf(request).settings.unblock(request.params['person'] ?? '')) ?? {}),
  },
  sets('/disappearing', 'Sets the default timer for new chats; 0 is off', disappearing, (request) =>
    phoneOf(request).settings.setDisappearing(request.body.seconds),
  ),
  sets(
    '/contacts',
    'Puts people into the address book that the server knows, or takes them out',
    contacts,
    async (request) => {
      const { settings } = phoneOf(request)
      const { save = [], remove = [] } = request.body
      if (save.length > 0) await settings.saveContacts(...save)
      if (remove.length > 0) await settings.removeContacts(...remove)
    },
  ),
  sets(
    '/contact-code',
    'Tells the code of the contact QR; `revoke` makes a new one',
    contactCode,
    async (request) => {
      const code = await phoneOf(request).settings.contactCode(request.body.revoke ? 'revoke' : 'get')
      return { code, url: `https://wa.me/qr/${code}` }
    },
    '`{code, url}`',
  ),
  sets(
    '/business',
    'Makes the account a business, or changes what it shows; those who know it get its new name',
    business,
    (request) => {
      phoneOf(request).settings.openBusiness(card(request.body))
    },
  ),
  sets(
    '/username',
    'Takes another user name, with a key of four digits if who looks it up must know one; null gives it up',
    z.strictObject({ username: z.string().max(35).nullable(), key: z.string().optional() }),
    async (request) => {
      const { username, key } = request.body
      await phoneOf(request).settings.setUsername(username ?? undefined, key)
    },
  ),
  sets(
    '/orders',
    'Writes down what somebody ordered of this business',
    order,
    (request) => phoneOf(request).settings.recordOrder(request.body.items),
    '`{id, token}`, as an order message names them',
  ),
  sets(
    '/message-links',
    'Makes a link that opens a chat with this business and fills in a text',
    link,
    (request) => {
      const code = phoneOf(request).settings.createMessageLink(request.body.text)
      return { code, url: `https://wa.me/message/${code}` }
    },
    '`{code, url}`',
  ),
  {
    method: 'GET',
    path: '/phones/{id}/contact-codes/{code}',
    summary: 'Tells whom a contact QR or message link leads to',
    answer: '`{type, jid, name, text}`',
    run: (request) => orRefused(() => phoneOf(request).people.resolveCode(request.params['code'] ?? '')),
  },
  {
    method: 'GET',
    path: '/phones/{id}/registered/{number}',
    summary: 'Tells whether somebody has that phone number',
    answer: '`{registered}`',
    run: (request) =>
      orRefused(async () => ({
        registered: await phoneOf(request).people.isRegistered(request.params['number'] ?? ''),
      })),
  },
  {
    method: 'GET',
    path: '/phones/{id}/usernames/{username}',
    summary: 'Tells whom a user name leads to; `name:1234` where it needs a key',
    answer: '`{lid}`; null when it leads to nobody, or its key is missing or wrong',
    run: (request) =>
      orRefused(async () => {
        const [name = '', key] = (request.params['username'] ?? '').split(':')
        return { lid: (await phoneOf(request).people.withUsername(name, key)) ?? null }
      }),
  },
  {
    method: 'GET',
    path: '/phones/{id}/people/{person}',
    summary: 'Tells what this phone can find out about somebody',
    answer:
      '`{about, text_status: {text, emoji, seconds}, picture, devices, verified_name, username}`; what is hidden is null',
    run: (request) => orRefused(() => seen(request)),
  },
]

async function seen(request: ControlRequest): Promise<unknown> {
  const { people: others } = phoneOf(request)
  const who = request.params['person'] ?? ''
  if (!request.sandbox.world.account(who.replace(/^\+/, ''))) {
    throw new ControlError(404, 'person_not_found', `nobody in this world is ${who}`)
  }
  const found = await others.picture(who).catch(() => undefined)
  return {
    about: (await others.about(who)) ?? null,
    text_status: (await others.textStatus(who)) ?? null,
    picture: found ? { id: found.id, url: found.url, bytes: found.bytes.length } : null,
    devices: await others.devices(who),
    verified_name: (await others.verifiedName(who)) ?? null,
    username: (await others.username(who)) ?? null,
  }
}

function card(wish: z.output<typeof business>): BusinessCard {
  const { verified_name: verifiedName, verified_level: verifiedLevel, hours, products, ...rest } = wish
  const days = hours?.days.map(({ open_minutes: openMinutes, close_minutes: closeMinutes, ...one }) => ({
    ...one,
    ...present({ openMinutes, closeMinutes }),
  }))
  const sold = products?.map(({ retailer_id: retailerId, image_url: imageUrl, price_1000: price1000, ...one }) => ({
    ...present(one),
    ...present({ retailerId, imageUrl, price1000 }),
  }))
  return {
    ...present(rest),
    ...(sold ? { products: sold } : {}),
    verifiedName,
    verifiedLevel,
    ...(hours && days ? { hours: { timezone: hours.timezone, days } } : {}),
  } as BusinessCard
}
