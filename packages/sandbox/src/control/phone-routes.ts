import { z } from 'zod'
import { personaNames } from '../phone/persona.ts'
import { orRefused } from './phone-refusals.ts'
import { parseBody } from './read-json.ts'
import { digits, numbers, person, phoneOf, present, requireFree } from './request-parts.ts'
import { type Route, routeWithBody } from './route.ts'
import { phoneView } from './views.ts'

const aPersona = { error: `must be one of ${personaNames.join(', ')}, or a list of texts` }
const persona = z
  .union([z.string().transform((name) => name.replace(/[ -]/g, '_')), z.array(z.string()).max(1000)], aPersona)
  .pipe(z.union([z.enum(personaNames), z.array(z.string())], aPersona))
  .describe(
    `What it does by itself: ${personaNames.join(', ')}; or texts that it answers with in turn. silent when absent`,
  )
const address = z.string().min(1).max(100)
const messageId = z.string().min(1).max(128)

const newPhone = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  phone: digits.optional(),
  aliases: numbers
    .optional()
    .describe(
      'Other numbers that lead to the phone when WhatsApp is asked for them, as with and without Brazil’s ninth digit',
    ),
  persona: persona.optional(),
  addressing: z.enum(['lid', 'pn']).optional(),
  passkey: z.boolean().optional().describe('WhatsApp asks for a passkey of the account before it links a companion'),
})
const personaChange = z.strictObject({ persona })
const typing = z.strictObject({ to: address, state: z.enum(['composing', 'recording', 'paused']).default('composing') })
const presence = z.strictObject({
  state: z.enum(['available', 'unavailable']).optional(),
  subscribe: address.optional(),
})
const read = z.strictObject({ message_ids: z.array(messageId).min(1).max(1000) })
const rename = z.strictObject({ name: z.string().min(1).max(100) })

export const phoneRoutes: readonly Route[] = [
  routeWithBody({
    method: 'POST',
    path: '/phones',
    summary: 'Makes a person with a phone that is switched on',
    answer: '`{id, phone, jid, lid, aliases, name, persona, connected, duplicates, violations}`',
    body: newPhone,
    run: async ({ sandbox, body: wish }) => {
      requireFree(sandbox, [wish.phone, ...(wish.aliases ?? [])])
      return phoneView(await sandbox.phone(present(wish)))
    },
  }),
  {
    method: 'GET',
    path: '/phones',
    summary: 'Lists the phones of this world',
    answer: 'a list of phones',
    run: ({ sandbox }) => sandbox.phones().map(phoneView),
  },
  {
    method: 'GET',
    path: '/phones/{id}',
    summary: 'Shows a phone, with the rules that its companions and peers broke',
    answer: '`{id, phone, jid, lid, aliases, name, persona, connected, duplicates, violations}`',
    run: (request) => phoneView(phoneOf(request)),
  },
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/typing',
    summary: 'Shows somebody that this phone is typing or recording, or no longer',
    answer: '`{state}`',
    body: typing,
    run: async (request) => {
      const { to, state } = request.body
      const phone = phoneOf(request)
      person(request, to)
      await orRefused(() => phone.typing(to, state))
      return { state }
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/presence',
    summary: 'Goes online or offline, or subscribes to the presence of somebody',
    answer: '`{state}`',
    body: presence,
    run: async (request) => {
      const { state, subscribe } = request.body
      const phone = phoneOf(request)
      // First what can be refused: a request is done, or not done.
      if (subscribe !== undefined) await orRefused(() => phone.subscribe(subscribe))
      if (state) await phone.presence(state)
      return { state: phone.device.presence }
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/read',
    summary: 'Marks messages as read',
    answer: '`{read}`',
    body: read,
    run: async (request) => {
      const { message_ids } = request.body
      await orRefused(() => phoneOf(request).readByIds(message_ids))
      return { read: message_ids }
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/persona',
    summary: 'Changes what the person does by themselves',
    answer: 'the phone',
    body: personaChange,
    run: (request) => {
      const phone = phoneOf(request)
      request.sandbox.setPersona(phone, request.body.persona)
      return phoneView(phone)
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/play',
    summary: 'Plays voice notes, videos, and what may be viewed once: their authors get a receipt',
    answer: '`{played}`',
    body: read,
    run: async (request) => {
      const { message_ids } = request.body
      await orRefused(() => phoneOf(request).playByIds(message_ids))
      return { played: message_ids }
    },
  }),
  {
    method: 'POST',
    path: '/phones/{id}/name',
    summary: 'Changes the push name, here and on linked devices',
    answer: 'the phone',
    body: rename,
    run: async (request) => {
      const phone = phoneOf(request)
      await phone.rename(parseBody(rename, request.body).name)
      return phoneView(phone)
    },
  },
  {
    method: 'POST',
    path: '/phones/{id}/disconnect',
    summary: 'Switches the phone off; what comes waits at the server',
    answer: 'the phone',
    run: async (request) => {
      const phone = phoneOf(request)
      await phone.disconnect()
      return phoneView(phone)
    },
  },
  {
    method: 'POST',
    path: '/phones/{id}/connect',
    summary: 'Switches the phone on; what waited arrives',
    answer: 'the phone',
    run: (request) => {
      const phone = phoneOf(request)
      phone.connect()
      return phoneView(phone)
    },
  },
]
