import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { FormedWebhook, WantedWebhook } from '../../webhooks/webhooks.ts'
import type { Asker, NamedDevice, NewWebhooks } from '../define-call.ts'
import { headersOf } from '../headers-of.ts'
import { headerMeant, hidden, meant } from '../hidden.ts'
import { inField } from '../in-field.ts'
import { registeredWebhooks, registerWebhooks } from '../register-webhooks.ts'
import { type EvolutionOptions, evolutionEvents, ourEventsFor } from './delivery-format.ts'

/** Their events that nothing here raises, or that are not carried over. Source: Evolution API v2, event.controller.ts, read 2026-07. */
const others: ReadonlySet<string> = new Set([
  ...['APPLICATION_STARTUP', 'MESSAGES_SET', 'SEND_MESSAGE_UPDATE', 'CONTACTS_SET', 'CONTACTS_UPSERT'],
  ...['CONTACTS_UPDATE', 'PRESENCE_UPDATE', 'CHATS_SET', 'CHATS_UPSERT', 'CHATS_UPDATE', 'CHATS_DELETE'],
  ...['GROUPS_UPSERT', 'GROUP_UPDATE', 'GROUPS_UPDATE', 'GROUP_PARTICIPANTS_UPDATE', 'LABELS_EDIT'],
  ...['LABELS_ASSOCIATION', 'CALL', 'TYPEBOT_START', 'TYPEBOT_CHANGE_STATUS', 'REMOVE_INSTANCE'],
  ...['LOGOUT_INSTANCE', 'INSTANCE_CREATE', 'INSTANCE_DELETE', 'STATUS_INSTANCE', 'NEW_JWT_TOKEN'],
])

const common = {
  enabled: z.boolean().nullish(),
  url: z.string().max(2048).nullish(),
  events: z.array(z.string().max(64)).max(64).nullish(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  webhookByEvents: z.boolean().nullish(),
  webhookBase64: z.boolean().nullish(),
}

const OfVersion2 = z.object({ ...common, byEvents: z.boolean().nullish(), base64: z.boolean().nullish() })

/** The fields of a registration in a body. Version 1 has them next to all others, with other names. */
export const registration = {
  ...common,
  webhook: z.union([z.string().max(2048), OfVersion2]).nullish(),
  webhook_by_events: z.boolean().nullish(),
  webhook_base64: z.boolean().nullish(),
}

const Body = z.object(registration)

type Given = z.output<typeof Body>

/** A registration in either version. */
export interface Registered extends Pick<Given, 'enabled' | 'url' | 'events' | 'headers'> {
  /** What stands before the names of its fields. */
  readonly at: 'webhook.' | ''
  /** Undefined: as it was. */
  readonly byEvents: boolean | undefined
  readonly base64: boolean | undefined
}

/** What a body registers; undefined when that is nothing. */
export const registrationIn = (body: Given): Registered | undefined => {
  const { webhook, webhook_by_events, webhook_base64, ...flat } = body
  const isNamed = (url: string | null | undefined, enabled: boolean | null | undefined) => url || enabled === false
  if (typeof webhook === 'object' && webhook !== null) {
    const { byEvents, base64, webhookByEvents, webhookBase64, ...rest } = webhook
    const flags = { byEvents: byEvents ?? webhookByEvents ?? undefined, base64: base64 ?? webhookBase64 ?? undefined }
    return isNamed(rest.url, rest.enabled) ? { at: 'webhook.', ...rest, ...flags } : undefined
  }
  const { url = webhook, enabled, events, headers, webhookByEvents, webhookBase64 } = flat
  const flags = {
    byEvents: webhook_by_events ?? webhookByEvents ?? false,
    base64: webhook_base64 ?? webhookBase64 ?? false,
  }
  return isNamed(url, enabled) ? { at: '', url, enabled, events, headers, ...flags } : undefined
}

const optionsOf = ({ options }: FormedWebhook) => options as EvolutionOptions

const coveredOf = (field: string, events: readonly string[]): string[] => {
  const unknown = events.filter((name) => !evolutionEvents.has(name) && !others.has(name))
  if (unknown.length > 0) throw new AppError('invalid_request', `${field}: ${unknown.join(', ')} is not known`)
  const covered = [...new Set(events)].filter((name) => evolutionEvents.has(name))
  return events.length === 0 ? [...evolutionEvents] : covered
}

/** Signs, and is never sent: it may go along to another server. */
const signingKey = 'jwt_key'

const headersBy = ({ at, headers }: Registered, url: string, former: FormedWebhook | undefined) => {
  const field = `${at}headers`
  const stored = former && { url: former.url, headers: optionsOf(former).headers }
  // What is left out stays as it is, as there.
  const given = headers ?? Object.fromEntries(Object.keys(stored?.headers ?? {}).map((name) => [name, hidden]))
  const says = ([name, value]: [string, unknown]) => {
    if (typeof value !== 'string') return [name, value]
    const place = `${field}.${name}`
    const isKey = name.toLowerCase() === signingKey
    return [
      name,
      isKey ? meant(place, value, stored?.headers[signingKey]) : headerMeant(place, [name, value], url, stored),
    ]
  }
  return headersOf(Object.fromEntries(Object.entries(given).map(says)), field)
}

interface About {
  readonly asker: Asker
  readonly instance: string
  readonly registered: Registered
  /** No event of a group comes. Undefined: as it was. */
  readonly groupsIgnore?: boolean | undefined
}

const plan = (
  { asker, instance, registered, groupsIgnore }: About,
  known: readonly FormedWebhook[],
): WantedWebhook[] => {
  const [former] = known
  const { at, enabled, byEvents, base64 } = registered
  // Whoever switches it off need not say where it went, and some programs write a word there.
  const named = enabled === false && !URL.canParse(registered.url ?? '') ? former?.url : (registered.url ?? undefined)
  if (named === undefined) return []
  const url = inField(`${at}url`, () => asker.services.webhooks.checkUrl(named))
  const before = former && optionsOf(former)
  const events = coveredOf(`${at}events`, registered.events ?? before?.events ?? [])
  const options: EvolutionOptions = {
    ...{ instance, events, headers: headersBy(registered, url, former), baseUrl: asker.baseUrl },
    ...{ byEvents: byEvents ?? before?.byEvents ?? false, base64: base64 ?? before?.base64 ?? false },
    ...((groupsIgnore ?? before?.groupsIgnore) && { groupsIgnore: true }),
  }
  const active = enabled !== false && events.length > 0
  return [{ former: former?.id, url, events: ourEventsFor(events), options, secret: undefined, active }]
}

/** The webhook of an instance that is being made. @throws AppError */
export const webhooksIn = (about: About): NewWebhooks => {
  const wanted = plan(about, [])
  sayUndelivered(about)
  return { kind: 'evolution', wanted }
}

/** Makes the webhook of an instance what a registration says. */
export async function setWebhook(device: NamedDevice, about: Omit<About, 'instance'>): Promise<void> {
  const of = { ...about, instance: device.name }
  await registerWebhooks(about.asker, device, 'evolution', (known) => plan(of, known))
  sayUndelivered(about)
}

const sayUndelivered = ({ asker, registered }: Pick<About, 'asker' | 'registered'>): void => {
  const missing = [...new Set(registered.events ?? [])].filter((name) => others.has(name))
  if (missing.length > 0) asker.setHeader('x-switchboard-not-delivered', missing.join(', '))
}

/** The headers of a registration as they are shown: their values may be secrets. */
export const hiddenHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, hidden]))

/** The webhook of an instance as it is shown; null when there is none. */
export async function webhookOf(asker: Asker, device: NamedDevice) {
  const [known] = await registeredWebhooks(asker, device, 'evolution')
  if (!known) return null
  const { events, headers, byEvents, base64 } = optionsOf(known)
  return {
    ...{ id: String(known.id), url: known.url, enabled: known.active, events, instanceId: device.id },
    headers: hiddenHeaders(headers),
    ...{ webhookByEvents: byEvents, webhookBase64: base64 },
    createdAt: new Date(known.createdAt).toISOString(),
    updatedAt: new Date(known.updatedAt).toISOString(),
  }
}
