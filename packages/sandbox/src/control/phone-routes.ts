import { z } from 'zod'
import type { Sandbox } from '../driver/sandbox.ts'
import { readLinkCode } from '../phone/linking/link-code-text.ts'
import { parseQrText } from '../phone/linking/qr-text.ts'
import { personaNames } from '../phone/persona.ts'
import type { Phone } from '../phone/phone.ts'
import { statusChat } from '../phone/status/status-outbox.ts'
import { ControlError } from './control-error.ts'
import { orRefused } from './phone-refusals.ts'
import { parseBody } from './read-json.ts'
import { type ControlRequest, type Route, routeWithBody } from './route.ts'
import { deviceView, phoneView } from './views.ts'

export const digits = z
  .string()
  .transform((text) => text.replace(/^\+/, ''))
  .pipe(z.string().regex(/^[1-9]\d{6,14}$/, 'must be a phone number with country code, digits only'))
export const numbers = z.array(digits).max(20)
const aPersona = { error: `must be one of ${personaNames.join(', ')}, or a list of texts` }
const persona = z
  .union([z.string().transform((name) => name.replace(/[ -]/g, '_')), z.array(z.string()).max(1000)], aPersona)
  .pipe(z.union([z.enum(personaNames), z.array(z.string())], aPersona))
  .describe(
    `What it does by itself: ${personaNames.join(', ')}; or texts that it answers with in turn. silent when absent`,
  )
const address = z.string().min(1).max(100)
const messageId = z.string().min(1).max(128)

/** What a reader says about a text that it cannot read. */
function readable(read: (text: string) => unknown): (text: string, check: z.core.$RefinementCtx<string>) => void {
  return (text, check) => {
    try {
      read(text)
    } catch (error) {
      check.addIssue({ code: 'custom', message: (error as Error).message })
    }
  }
}

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
})
const scan = z.strictObject({
  qr: z.string().max(4096).superRefine(readable(parseQrText)),
  flaw: z
    .enum(['old_phone', 'hmac', 'account_signature'])
    .optional()
    .describe(
      'What goes wrong on purpose: the phone knows no linked devices, or issues an identity that does not hold',
    ),
})
const linkCode = z.strictObject({ code: z.string().max(32).superRefine(readable(readLinkCode)) })
const personaChange = z.strictObject({ persona })
const typing = z.strictObject({ to: address, state: z.enum(['composing', 'recording', 'paused']).default('composing') })
const presence = z.strictObject({
  state: z.enum(['available', 'unavailable']).optional(),
  subscribe: address.optional(),
})
const read = z.strictObject({ message_ids: z.array(messageId).min(1).max(1000) })
const rename = z.strictObject({ name: z.string().min(1).max(100) })

/** @throws ControlError phone_exists when a number, or an alias, is somebody else's */
export function requireFree(sandbox: Sandbox, wanted: readonly (string | undefined)[], own?: Phone): void {
  for (const number of wanted) {
    const owner = number && sandbox.world.sought({ user: number, server: 's.whatsapp.net' })
    if (owner && owner !== own?.account) throw new ControlError(409, 'phone_exists', `${number} exists already`)
  }
}

export const phoneRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/phones',
    summary: 'Makes a person with a phone that is switched on',
    answer: '`{id, phone, jid, lid, aliases, name, persona, connected, duplicates, violations}`',
    body: newPhone,
    run: async ({ sandbox, body }) => {
      const wish = parseBody(newPhone, body)
      requireFree(sandbox, [wish.phone, ...(wish.aliases ?? [])])
      return phoneView(await sandbox.phone(present(wish)))
    },
  },
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
  {
    method: 'POST',
    path: '/phones/{id}/scan',
    summary: 'Scans the QR text of a companion, in either form, and links it',
    answer: 'the linked device: `{id, jid, lid, platform, connected, presence, waiting, pre_keys}`',
    body: scan,
    run: async (request) => {
      const { qr, flaw } = parseBody(scan, request.body)
      return deviceView(await orConflict('link_refused', phoneOf(request).scan(qr, flaw)))
    },
  },
  {
    method: 'POST',
    path: '/phones/{id}/link-code',
    summary: 'Enters the pairing code that a companion shows',
    answer: 'the linked device',
    body: linkCode,
    run: async (request) => {
      const { code } = parseBody(linkCode, request.body)
      return deviceView(await orConflict('link_refused', phoneOf(request).enterLinkCode(code)))
    },
  },
  {
    method: 'GET',
    path: '/phones/{id}/devices',
    summary: 'Lists the linked devices of a phone',
    answer: 'a list of linked devices',
    run: (request) => phoneOf(request).devices().map(deviceView),
  },
  {
    method: 'DELETE',
    path: '/phones/{id}/devices/{n}',
    summary: 'Logs a linked device out',
    answer: '`{removed}`',
    run: (request) => {
      const phone = phoneOf(request)
      const id = Number(request.params['n'])
      if (!phone.devices().some((device) => device.id === id)) {
        throw new ControlError(404, 'device_not_found', `${phone.id} has no linked device ${request.params['n']}`)
      }
      phone.unlink(id)
      return { removed: id }
    },
  },
  {
    method: 'POST',
    path: '/phones/{id}/typing',
    summary: 'Shows somebody that this phone is typing or recording, or no longer',
    answer: '`{state}`',
    body: typing,
    run: async (request) => {
      const { to, state } = parseBody(typing, request.body)
      const phone = phoneOf(request)
      person(request, to)
      await orRefused(() => phone.typing(to, state))
      return { state }
    },
  },
  {
    method: 'POST',
    path: '/phones/{id}/presence',
    summary: 'Goes online or offline, or subscribes to the presence of somebody',
    answer: '`{state}`',
    body: presence,
    run: async (request) => {
      const { state, subscribe } = parseBody(presence, request.body)
      const phone = phoneOf(request)
      // First what can be refused: a request is done, or not done.
      if (subscribe !== undefined) await orRefused(() => phone.subscribe(subscribe))
      if (state) await phone.presence(state)
      return { state: phone.device.presence }
    },
  },
  {
    method: 'POST',
    path: '/phones/{id}/read',
    summary: 'Marks messages as read',
    answer: '`{read}`',
    body: read,
    run: async (request) => {
      const { message_ids } = parseBody(read, request.body)
      await orRefused(() => phoneOf(request).readByIds(message_ids))
      return { read: message_ids }
    },
  },
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
  {
    method: 'POST',
    path: '/phones/{id}/play',
    summary: 'Plays voice notes, videos, and what may be viewed but once: their authors hear of it',
    answer: '`{played}`',
    body: read,
    run: async (request) => {
      const { message_ids } = parseBody(read, request.body)
      await orRefused(() => phoneOf(request).playByIds(message_ids))
      return { played: message_ids }
    },
  },
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

/** @throws ControlError 404 */
export function phoneOf({ sandbox, params }: ControlRequest): Phone {
  const phone = sandbox.findPhone(params['id'] ?? '')
  if (!phone) throw new ControlError(404, 'phone_not_found', `there is no phone ${params['id']}`)
  return phone
}

/** @throws ControlError 404 when nobody has that address */
export function person({ sandbox }: ControlRequest, who: string): void {
  if (sandbox.world.groups.get(who) || sandbox.world.newsletters.get(who) || who === statusChat) return
  const account = sandbox.world.account(who.trim().replace(/^\+/, ''))
  if (!account) throw new ControlError(404, 'recipient_not_found', `nobody in this world is ${who}`)
}

async function orConflict<T>(code: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw new ControlError(409, code, error instanceof Error ? error.message : String(error))
  })
}

/** Without the fields that are undefined: optional fields here are absent, never undefined. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}
