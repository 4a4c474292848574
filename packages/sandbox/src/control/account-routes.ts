import { z } from 'zod'
import { maxChats, maxMessages } from '../phone/history/generated-history.ts'
import { orRefused } from './phone-refusals.ts'
import { digits, numbers, phoneOf, present, requireFree } from './request-parts.ts'
import { type Route, routeWithBody } from './route.ts'
import { phoneView } from './views.ts'

const history = z.strictObject({
  chats: z.int().min(0).max(maxChats),
  messages: z.int().min(0).max(maxMessages).optional(),
  recent: z.int().min(0).max(maxMessages).optional(),
  seed: z.int().optional(),
})
const number = z.strictObject({ phone: digits })
const aliases = z.strictObject({ aliases: numbers })
const cap = z.strictObject({ quota: z.int().min(0), used: z.int().min(0).default(0), seconds: z.int().min(1) })
const part = z.int().min(0).max(1_000_000)
const version = z.strictObject({ version: z.tuple([part, part, part]).nullable() })
const nothing = z.strictObject({})

export const accountRoutes: readonly Route[] = [
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/history',
    summary:
      'Gives the phone a made-up past, the same for the same seed: devices that are linked from now on get the `recent` newest of its `messages` in each of its `chats`, the rest on demand',
    body: history,
    answer: '`{}`',
    run: (request) => orRefused(() => phoneOf(request).history.seed(present(request.body)) ?? {}),
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/reinstall',
    summary:
      'Installs WhatsApp again without a backup: new identity key, empty phone, linked devices logged out, peers told',
    body: nothing,
    answer: 'the phone',
    run: async (request) => phoneView(await request.sandbox.reinstall(phoneOf(request))),
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/number',
    summary: 'Takes another phone number; linked devices are logged out, peers told',
    body: number,
    answer: 'the phone',
    run: (request) => {
      const phone = phoneOf(request)
      const { sandbox, body } = request
      requireFree(sandbox, [body.phone])
      sandbox.changeNumber(phone, body.phone)
      return phoneView(phone)
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/aliases',
    summary:
      'Says which other numbers lead to the phone when WhatsApp is asked for them, instead of those before: `5511988887777` for a phone that is `551188887777`',
    body: aliases,
    answer: 'the phone',
    run: (request) => {
      const phone = phoneOf(request)
      const { sandbox, body } = request
      requireFree(sandbox, body.aliases, phone)
      sandbox.setAliases(phone, body.aliases)
      return phoneView(phone)
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/lid-mappings',
    summary: 'Tells the linked devices which hidden ids are behind the numbers that this person knows',
    body: nothing,
    answer: '`{}`',
    run: async (request) => (await phoneOf(request).shareLidMappings()) ?? {},
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/new-chat-cap',
    summary: 'Says how many chats with strangers the account may open within so many seconds',
    body: cap,
    answer: '`{}`',
    run: (request) => {
      const { quota, used, seconds } = request.body
      const since = request.sandbox.world.clock.now()
      phoneOf(request).account.standing.newChats = { quota, used, since, until: since + seconds * 1000 }
      return {}
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/minimum-version',
    summary: 'Turns away clients older than this version with 405; null lets all in',
    body: version,
    answer: '`{version}`',
    run: ({ sandbox, body }) => {
      sandbox.world.minimumVersion = body.version ?? undefined
      return { version: body.version }
    },
  }),
]
