import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { Asker, NamedDevice } from '../define-call.ts'
import { headersOf } from '../headers-of.ts'
import { registeredWebhooks, registerWebhooks, type WantedWebhook } from '../register-webhooks.ts'
import { ourEventsFor, type WahaOptions, wahaEvents } from './delivery-format.ts'

/** Their events that nothing here raises, or that are not carried over. Source: https://waha.devlike.pro/docs/how-to/events, read 2026-07. */
const others: ReadonlySet<string> = new Set([
  ...['message.waiting', 'state.change', 'group.join', 'group.leave', 'group.v2.join', 'group.v2.leave'],
  ...['group.v2.participants', 'group.v2.update', 'presence.update', 'poll.vote.failed', 'chat.archive'],
  ...['call.received', 'call.accepted', 'call.rejected', 'label.upsert', 'label.deleted', 'label.chat.added'],
  ...['label.chat.deleted', 'event.response', 'event.response.failed', 'engine.event'],
])

/** What is shown instead of a key, or of what a header says; sent back, it means what is there. */
const hidden = '********'

const Webhook = z.object({
  url: z.string().max(2048),
  events: z.array(z.string().max(64)).max(64),
  hmac: z.object({ key: z.string().nullish() }).nullish(),
  retries: z.unknown().optional(),
  customHeaders: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
})

export const SessionConfig = z.object({
  metadata: z.record(z.string().max(100), z.string().max(1000)).nullish(),
  webhooks: z.array(Webhook).max(20).nullish(),
})

type Given = z.output<typeof SessionConfig>

/** `message.any` comes from the same events of ours as others: it needs a webhook of its own. */
const inParts = (names: readonly string[]): string[][] =>
  [names.filter((name) => name !== 'message.any'), names.filter((name) => name === 'message.any')].filter(
    ({ length }) => length > 0,
  )

interface Registration {
  readonly session: string
  readonly metadata: Readonly<Record<string, string>> | undefined
  readonly baseUrl: string
  /** The keys that are in use, by URL. */
  readonly keys: ReadonlyMap<string, string>
  /** The headers that are in use, by URL. */
  readonly headers: ReadonlyMap<string, WahaOptions['headers']>
  /** Hears of events that are not delivered. */
  readonly missing: Set<string>
}

const wantedBy = (
  { url, events, hmac, retries, customHeaders }: z.output<typeof Webhook>,
  { session, metadata, baseUrl, keys, headers: inUse, missing }: Registration,
): WantedWebhook[] => {
  const unknown = events.filter((name) => name !== '*' && !wahaEvents.has(name) && !others.has(name))
  if (unknown.length > 0) throw new AppError('invalid_request', `events: ${unknown.join(', ')} is not known`)
  if (!URL.canParse(url)) throw new AppError('invalid_webhook_url', 'This is not a URL')
  for (const name of events) if (others.has(name)) missing.add(name)
  const covered = events.includes('*') ? [...wahaEvents] : [...new Set(events)].filter((name) => wahaEvents.has(name))
  const key = hmac?.key === hidden ? keys.get(url) : (hmac?.key ?? undefined)
  const signed = key !== undefined && key !== ''
  const says = ({ name, value }: { name: string; value: string }) =>
    value === hidden ? (inUse.get(url)?.[name.toLowerCase()] ?? value) : value
  const headers = headersOf(Object.fromEntries((customHeaders ?? []).map((each) => [each.name, says(each)])))
  const shown = {
    ...{ url, events: covered, hmac: signed ? { key: hidden } : null },
    ...{ retries: retries ?? null, customHeaders: customHeaders?.map(({ name }) => ({ name, value: hidden })) ?? null },
  }
  return inParts(covered).map((names) => {
    const options: WahaOptions = { session, events: names, metadata, headers, signed, baseUrl, shown }
    return { url, events: ourEventsFor(names), options, secret: signed ? key : undefined, active: true }
  })
}

/** Makes the webhooks of a session what its configuration says. */
export async function setWebhooks(asker: Asker, device: NamedDevice, config: Given): Promise<void> {
  const known = await registeredWebhooks(asker, device, 'waha')
  const signing = known.filter(({ options }) => (options as WahaOptions).signed)
  const urlOf = (options: unknown) => String((options as { shown: { url: string } }).shown.url)
  const missing = new Set<string>()
  const registration: Registration = {
    ...{ session: device.name, metadata: config.metadata ?? undefined, baseUrl: asker.baseUrl, missing },
    keys: new Map(signing.map(({ options, secret }) => [urlOf(options), secret])),
    headers: new Map(known.map(({ options }) => [urlOf(options), (options as WahaOptions).headers])),
  }
  const wanted = (config.webhooks ?? []).flatMap((each) => wantedBy(each, registration))
  await registerWebhooks(asker, device, 'waha', wanted)
  if (missing.size > 0) asker.setHeader('x-switchboard-not-delivered', [...missing].join(', '))
}

/** Webhooks are shown to whoever may see them. */
const visibleWebhooks = (asker: Asker, device: NamedDevice) =>
  registeredWebhooks(asker, device, 'waha').catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'forbidden_scope') return []
    throw error
  })

/** The configuration as it is shown. */
export async function configOf(asker: Asker, device: NamedDevice) {
  const known = (await visibleWebhooks(asker, device)).map(({ options }) => options as WahaOptions)
  // The parts of one registration show the same.
  const shown = new Map(known.map((each) => [JSON.stringify(each.shown), each.shown]))
  const metadata = known.find((each) => each.metadata)?.metadata
  return { ...(metadata && { metadata }), proxy: null, webhooks: [...shown.values()], debug: false }
}
