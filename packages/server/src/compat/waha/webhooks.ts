import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { checkForeignSecret } from '../../webhooks/signing-secret.ts'
import type { FormedWebhook, WantedWebhook } from '../../webhooks/webhooks.ts'
import type { Asker, NamedDevice, NewWebhooks } from '../define-call.ts'
import { formersOf, type Registered } from '../formers-of.ts'
import { headersOf } from '../headers-of.ts'
import { headerMeant, hidden, meant } from '../hidden.ts'
import { inField } from '../in-field.ts'
import { registeredWebhooks, registerWebhooks } from '../register-webhooks.ts'
import { ourEventsFor, type WahaOptions, wahaEvents } from './delivery-format.ts'
import type { Ignored } from './ignored-chats.ts'

/** Their events that nothing here raises, or that are not carried over. Source: https://waha.devlike.pro/docs/how-to/events, read 2026-07. */
const others: ReadonlySet<string> = new Set([
  ...['message.waiting', 'state.change', 'group.join', 'group.leave', 'group.v2.join', 'group.v2.leave'],
  ...['group.v2.participants', 'group.v2.update', 'presence.update', 'poll.vote.failed', 'chat.archive'],
  ...['call.received', 'call.accepted', 'call.rejected', 'label.upsert', 'label.deleted', 'label.chat.added'],
  ...['label.chat.deleted', 'event.response', 'event.response.failed', 'engine.event'],
])

const Webhook = z.object({
  url: z.string().max(2048),
  events: z.array(z.string().max(64)).max(64),
  hmac: z.object({ key: z.string().nullish() }).nullish(),
  retries: z
    .object({
      delaySeconds: z.number().nullish(),
      attempts: z.number().nullish(),
      policy: z.string().max(20).nullish(),
    })
    .nullish(),
  customHeaders: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
})

const Chats = z.object({
  ...{ status: z.boolean().nullish(), groups: z.boolean().nullish() },
  ...{ channels: z.boolean().nullish(), broadcast: z.boolean().nullish() },
})

export const SessionConfig = z.object({
  metadata: z.record(z.string().max(100), z.string().max(1000)).nullish(),
  webhooks: z.array(Webhook).max(20).nullish(),
  ignore: Chats.nullish(),
  proxy: z.unknown().optional(),
  ...{ debug: z.unknown().optional(), noweb: z.unknown().optional(), webjs: z.unknown().optional() },
  ...{ gows: z.unknown().optional(), client: z.unknown().optional() },
})

type Given = z.output<typeof SessionConfig>

/** `message.any` comes from the same events of ours as others: it needs a webhook of its own. */
const inParts = (names: readonly string[]): string[][] =>
  [names.filter((name) => name !== 'message.any'), names.filter((name) => name === 'message.any')].filter(
    ({ length }) => length > 0,
  )

const isForAny = (names: readonly string[]): boolean => names.includes('message.any')

const optionsOf = ({ options }: FormedWebhook) => options as WahaOptions

/** What one webhook of a configuration has become here: one webhook, or two. */
interface Registration extends Registered {
  readonly shown: { readonly url: string }
  readonly parts: readonly FormedWebhook[]
  readonly headers: WahaOptions['headers']
  readonly key: string | undefined
}

const toRegistration = (parts: readonly FormedWebhook[]): Registration => {
  const [first] = parts
  const { url, secret } = first!
  const { shown, headers, signed } = optionsOf(first!)
  // The API of this server may have changed it since.
  const isShown = new URL(shown.url).href === url
  return { url, parts, headers, key: signed ? secret : undefined, shown: isShown ? shown : { ...shown, url } }
}

/** The parts of one registration have the same place, and show the same. */
const registrationsIn = (known: readonly FormedWebhook[]): Registration[] => {
  const placeOf = (each: FormedWebhook) => JSON.stringify([optionsOf(each).place ?? 0, optionsOf(each).shown])
  return [...Map.groupBy(known, placeOf).values()].map(toRegistration)
}

interface Read extends Registered {
  /** Its name in the body. */
  readonly field: string
  readonly given: z.output<typeof Webhook>
  /** Their names of events, as far as those are delivered. */
  readonly events: readonly string[]
  readonly shown: WahaOptions['shown']
}

const coveredOf = (field: string, events: readonly string[]): string[] => {
  const unknown = events.filter((name) => name !== '*' && !wahaEvents.has(name) && !others.has(name))
  if (unknown.length > 0) throw new AppError('invalid_request', `${field}: ${unknown.join(', ')} is not known`)
  return events.includes('*') ? [...wahaEvents] : [...new Set(events)].filter((name) => wahaEvents.has(name))
}

const toRead = (given: z.output<typeof Webhook>, index: number): Read => {
  const field = `config.webhooks.${index}`
  const { url, hmac, retries, customHeaders } = given
  if (!URL.canParse(url)) throw new AppError('invalid_webhook_url', `${field}.url: is no URL`)
  const events = coveredOf(`${field}.events`, given.events)
  const headers = customHeaders?.map(({ name }) => ({ name, value: hidden })) ?? null
  const shown = { url, events, hmac: hmac?.key ? { key: hidden } : null, retries: retries ?? null }
  return { field, given, url, events, shown: { ...shown, customHeaders: headers } }
}

interface About {
  readonly asker: Asker
  readonly session: string
  readonly config: Given
}

const ignoredBy = ({ ignore }: Given): Ignored | undefined => {
  const names = (['status', 'groups', 'channels', 'broadcast'] as const).filter((name) => ignore?.[name] === true)
  return names.length > 0 ? names : undefined
}

const wantedBy = (
  { field, given: { url, hmac, customHeaders }, events, shown }: Read,
  former: Registration | undefined,
  { asker, session, config, place }: About & { readonly place: number },
): WantedWebhook[] => {
  const { metadata } = config
  const says = ({ name, value }: { name: string; value: string }, index: number) => {
    const stored = former && { url: former.url, headers: former.headers }
    return [name, headerMeant(`${field}.customHeaders.${index}.value`, [name, value], url, stored)]
  }
  const headers = headersOf(Object.fromEntries((customHeaders ?? []).map(says)), `${field}.customHeaders`)
  const key = hmac?.key ? meant(`${field}.hmac.key`, hmac.key, former?.key) : undefined
  if (key !== undefined) inField(`${field}.hmac.key`, () => checkForeignSecret(key))
  inField(`${field}.url`, () => asker.services.webhooks.checkUrl(url))
  const common = { session, metadata: metadata ?? undefined, headers, signed: key !== undefined, shown, place }
  const ignore = ignoredBy(config)
  const known = former?.parts ?? []
  return inParts(events).map((names) => {
    const part = known.find((each) => isForAny(optionsOf(each).events) === isForAny(names))
    const options: WahaOptions = { ...common, events: names, baseUrl: asker.baseUrl, ...(ignore && { ignore }) }
    return { former: part?.id, url, events: ourEventsFor(names), options, secret: key, active: true }
  })
}

const plan = (about: About, known: readonly FormedWebhook[]): WantedWebhook[] => {
  // Whoever wants a proxy must not connect without it.
  if (about.config.proxy)
    throw new AppError('unsupported', 'config.proxy: is not taken here; POST /devices/me/proxy sets that of a device')
  const read = (about.config.webhooks ?? []).map(toRead)
  const formers = formersOf(read, registrationsIn(known))
  return read.flatMap((each, place) => wantedBy(each, formers[place], { ...about, place }))
}

/** What a configuration says that nothing here follows. */
const unfollowed = (config: Given): string[] => {
  const set = (['debug', 'noweb', 'webjs', 'gows', 'client'] as const).filter((name) => config[name])
  const alone = (['metadata', 'ignore'] as const).filter((name) => config[name] && !config.webhooks?.length)
  return [...set, ...alone].map((name) => `config.${name}`)
}

/** The webhooks of a session that is being made. @throws AppError */
export const webhooksIn = (asker: Asker, session: string, config: Given): NewWebhooks => {
  const wanted = plan({ asker, session, config }, [])
  sayUnfollowed(asker, config)
  return { kind: 'waha', wanted }
}

/** Makes the webhooks of a session what its configuration says, all of it or nothing. */
export async function setWebhooks(asker: Asker, device: NamedDevice, config: Given): Promise<void> {
  const session = device.name
  await registerWebhooks(asker, device, 'waha', (known) => plan({ asker, session, config }, known))
  sayUnfollowed(asker, config)
}

/** Headers say what is not followed. */
const sayUnfollowed = (asker: Asker, config: Given): void => {
  const missing = new Set((config.webhooks ?? []).flatMap(({ events }) => events.filter((name) => others.has(name))))
  if (missing.size > 0) asker.setHeader('x-switchboard-not-delivered', [...missing].join(', '))
  const ignored = unfollowed(config)
  if (ignored.length > 0) asker.setHeader('x-switchboard-ignored', ignored.join(', '))
}

/** Webhooks are shown to whoever may see them. */
const visibleWebhooks = (asker: Asker, device: NamedDevice) =>
  registeredWebhooks(asker, device, 'waha').catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'forbidden_scope') return []
    throw error
  })

/** The configuration as it is shown. */
export async function configOf(asker: Asker, device: NamedDevice) {
  const known = await visibleWebhooks(asker, device)
  const { metadata, ignore } = known[0] ? optionsOf(known[0]) : {}
  const webhooks = registrationsIn(known).map(({ shown }) => shown)
  const chats = ignore && { ignore: Object.fromEntries(ignore.map((name) => [name, true])) }
  return { ...(metadata && { metadata }), ...chats, proxy: null, webhooks, debug: false }
}
