import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { Asker, NamedDevice } from '../define-call.ts'
import { headersOf } from '../headers-of.ts'
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

/** A registration in the form of version 2. */
const Registration = z.object({
  enabled: z.boolean().nullish(),
  url: z.string().max(2048),
  events: z.array(z.string().max(64)).max(64).nullish(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  byEvents: z.boolean().nullish(),
  base64: z.boolean().nullish(),
})

type Registered = z.output<typeof Registration>

/** Version 1 has everything side by side, with other names. */
const ofVersion1 = (body: Readonly<Record<string, unknown>>) => ({
  ...{ url: body['url'] ?? body['webhook'], enabled: body['enabled'], events: body['events'] },
  headers: body['headers'],
  byEvents: body['webhook_by_events'] ?? body['webhookByEvents'],
  base64: body['webhook_base64'] ?? body['webhookBase64'],
})

/** A registration in either version; undefined when there is none. @throws AppError invalid_request */
export const registrationIn = (body: Readonly<Record<string, unknown>>): Registered | undefined => {
  const { webhook } = body
  const given = typeof webhook === 'object' && webhook !== null ? webhook : ofVersion1(body)
  if ((given as { url?: unknown }).url === undefined || (given as { url?: unknown }).url === '') return undefined
  const { data, error } = Registration.safeParse(given)
  if (!data) throw new AppError('invalid_request', `webhook: ${z.prettifyError(error)}`)
  return data
}

const coveredOf = (events: readonly string[], missing: Set<string>): string[] => {
  const unknown = events.filter((name) => !evolutionEvents.has(name) && !others.has(name))
  if (unknown.length > 0) throw new AppError('invalid_request', `events: ${unknown.join(', ')} is not known`)
  for (const name of events) if (others.has(name)) missing.add(name)
  return events.length === 0 ? [...evolutionEvents] : events.filter((name) => evolutionEvents.has(name))
}

/** Makes the webhook of an instance what a registration says. */
export async function setWebhook(asker: Asker, device: NamedDevice, registered: Registered): Promise<void> {
  const { url, enabled, headers, byEvents, base64 } = registered
  const missing = new Set<string>()
  const events = coveredOf([...new Set(registered.events ?? [])], missing)
  if (missing.size > 0) asker.setHeader('x-switchboard-not-delivered', [...missing].join(', '))
  if (!URL.canParse(url)) throw new AppError('invalid_webhook_url', 'This is not a URL')
  const options: EvolutionOptions = {
    ...{ instance: device.name, events, headers: headersOf(headers ?? {}) },
    ...{ byEvents: byEvents ?? false, base64: base64 ?? false, baseUrl: asker.baseUrl },
  }
  const active = enabled !== false && events.length > 0
  const wanted = { url, events: ourEventsFor(events), options, secret: undefined, active }
  await registerWebhooks(asker, device, 'evolution', [wanted])
}

/** The webhook of an instance as it is shown; null when there is none. */
export async function webhookOf(asker: Asker, device: NamedDevice) {
  const [known] = await registeredWebhooks(asker, device, 'evolution')
  if (!known) return null
  const { events, headers, byEvents, base64 } = known.options as EvolutionOptions
  return {
    ...{ id: String(known.id), url: known.url, enabled: known.active, events, instanceId: device.id },
    // Their values may be secrets.
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, '********'])),
    ...{ webhookByEvents: byEvents, webhookBase64: base64 },
    createdAt: new Date(known.createdAt).toISOString(),
    updatedAt: new Date(known.updatedAt).toISOString(),
  }
}
