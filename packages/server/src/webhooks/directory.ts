import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import { apiKeyOf, keyScope, type Scope } from '../storage/scope.ts'
import type { Keyring } from '../storage/sealing/keyring.ts'
import type { StoredWebhook, WebhookStore } from '../storage/webhook-store.ts'
import type { DeliveryFormat, DeliveryFormats, WebhookFormat } from './delivery-format.ts'
import { type SigningKeys, signingKeys } from './signing-secret.ts'

/** A format with what makes it; undefined where nothing does. */
export interface TargetFormat extends WebhookFormat {
  readonly form: DeliveryFormat | undefined
}

/** A webhook as deliveries need it. */
export interface Target {
  readonly id: number
  readonly scope: Scope
  readonly apiKeyId: number
  /** It is that of a device, not of an API key. */
  readonly ofDevice: boolean
  readonly url: string
  /** The same in two parts, as requests need it. */
  readonly origin: string
  readonly path: string
  readonly newest: SigningKeys
  readonly previous: SigningKeys | undefined
  readonly previousUntil: number
  /** The form in which it gets events; undefined: our own. */
  readonly format: TargetFormat | undefined
  /** Since when it only fails; kept in step with the database by who changes it. */
  failingSince: number | null
}

const kept = 20_000
/** A change made by another process is seen after so long; one made here at once. */
const maxAgeMs = 60_000

/** Kind under which secrets of webhooks are sealed. */
export const secretKind = 'webhook-secret'
/** The same of what their formats need to know. */
export const formatKind = 'webhook-format'

type Targets = ReadonlyMap<number, Target>

/** Active webhooks of one scope, and the API key that it belongs to. */
interface Owned {
  readonly targets: Targets
  readonly apiKeyId: number | undefined
}

const none: Owned = { targets: new Map(), apiKeyId: undefined }

/** Active webhooks by scope, from memory when they were asked for lately. */
export class WebhookDirectory {
  readonly #store: WebhookStore
  readonly #keyring: Keyring
  readonly #formats: DeliveryFormats
  readonly #cache = new LRUCache<Scope, { owned: Promise<Owned> }>({
    ...{ ...atMost(kept), ttl: maxAgeMs },
    // Without this the clock is read, and a timer set, for each look.
    ttlResolution: 1_000,
  })

  constructor(store: WebhookStore, keyring: Keyring, formats: DeliveryFormats = {}) {
    this.#formats = formats
    this.#store = store
    this.#keyring = keyring
  }

  /** Those that get the events of a device: its own, and those of its API key. */
  async of(deviceId: string): Promise<Targets> {
    const { targets, apiKeyId } = await this.#owned(deviceId)
    if (apiKeyId === undefined) return targets
    const ofKey = (await this.#owned(keyScope(apiKeyId))).targets
    if (ofKey.size === 0) return targets
    return targets.size === 0 ? ofKey : new Map([...targets, ...ofKey])
  }

  forget(scope: Scope): void {
    this.#cache.delete(scope)
  }

  #owned(scope: Scope): Promise<Owned> {
    const known = this.#cache.get(scope)
    if (known) return known.owned
    const entry = { owned: this.#load(scope) }
    this.#cache.set(scope, entry)
    // A failure is not remembered.
    entry.owned.catch(() => this.#cache.peek(scope) === entry && this.#cache.delete(scope))
    return entry.owned
  }

  async #load(scope: Scope): Promise<Owned> {
    const owner = apiKeyOf(scope) ?? this.#store.apiKeyOf(scope)
    const [apiKeyId, webhooks] = await Promise.all([owner, this.#store.list(scope)])
    if (apiKeyId === undefined) return none
    const active = webhooks.filter((webhook) => webhook.active)
    if (active.length === 0) return { targets: none.targets, apiKeyId }
    const sealer = await this.#keyring.forDevice(scope)
    const open = (kind: string, sealed: Uint8Array) => Buffer.from(sealer.open(kind, '', sealed)).toString('utf8')
    const kinds = [...new Set(active.flatMap(({ format }) => format ?? []))]
    const forms = new Map(await Promise.all(kinds.map(async (kind) => [kind, await this.#formats[kind]?.()] as const)))
    const opened = {
      form: (kind: string) => forms.get(kind),
      keys: (sealed: Uint8Array) => signingKeys(open(secretKind, sealed)),
      options: (sealed: Uint8Array) => JSON.parse(open(formatKind, sealed)) as unknown,
    }
    return { targets: new Map(active.map((webhook) => [webhook.id, toTarget(webhook, opened)])), apiKeyId }
  }
}

interface Opened {
  form(kind: string): DeliveryFormat | undefined
  keys(sealed: Uint8Array): SigningKeys
  options(sealed: Uint8Array): unknown
}

function toTarget(webhook: StoredWebhook, { form, keys, options }: Opened): Target {
  const { origin, pathname, search } = new URL(webhook.url)
  return {
    id: webhook.id,
    scope: webhook.scope,
    apiKeyId: webhook.apiKeyId,
    ofDevice: webhook.deviceId !== null,
    url: webhook.url,
    origin,
    path: `${pathname}${search}`,
    newest: keys(webhook.secretSealed),
    previous: webhook.previousSecretSealed ? keys(webhook.previousSecretSealed) : undefined,
    previousUntil: webhook.previousSecretUntil ?? 0,
    format:
      webhook.format === null || webhook.formatSealed === null
        ? undefined
        : { kind: webhook.format, options: options(webhook.formatSealed), form: form(webhook.format) },
    failingSince: webhook.failingSince,
  }
}
