import { LRUCache } from 'lru-cache'
import type { Keyring } from '../storage/sealing/keyring.ts'
import type { StoredWebhook, WebhookStore } from '../storage/webhook-store.ts'
import { type SigningKeys, signingKeys } from './signing-secret.ts'

/** A webhook as deliveries need it. */
export interface Target {
  readonly id: number
  readonly deviceId: string
  readonly apiKeyId: number
  readonly url: string
  readonly newest: SigningKeys
  readonly previous: SigningKeys | undefined
  readonly previousUntil: number
  /** Since when it only fails; kept in step with the database by who changes it. */
  failingSince: number | null
}

const kept = 20_000
/** A change made by another process is seen after so long; one made here at once. */
const maxAgeMs = 60_000

/** Kind under which secrets of webhooks are sealed. */
export const secretKind = 'webhook-secret'

/** Active webhooks by device, from memory when they were asked for lately. */
export class WebhookDirectory {
  readonly #store: WebhookStore
  readonly #keyring: Keyring
  readonly #cache = new LRUCache<string, { targets: Promise<ReadonlyMap<number, Target>> }>({
    max: kept,
    ttl: maxAgeMs,
  })

  constructor(store: WebhookStore, keyring: Keyring) {
    this.#store = store
    this.#keyring = keyring
  }

  of(deviceId: string): Promise<ReadonlyMap<number, Target>> {
    const known = this.#cache.get(deviceId)
    if (known) return known.targets
    const entry = { targets: this.#load(deviceId) }
    this.#cache.set(deviceId, entry)
    // A failure is not remembered.
    entry.targets.catch(() => this.#cache.peek(deviceId) === entry && this.#cache.delete(deviceId))
    return entry.targets
  }

  forget(deviceId: string): void {
    this.#cache.delete(deviceId)
  }

  async #load(deviceId: string): Promise<ReadonlyMap<number, Target>> {
    const active = (await this.#store.list(deviceId)).filter((webhook) => webhook.active)
    if (active.length === 0) return new Map()
    const sealer = await this.#keyring.forDevice(deviceId)
    const keys = (sealed: Uint8Array) => signingKeys(Buffer.from(sealer.open(secretKind, '', sealed)).toString('utf8'))
    return new Map(active.map((webhook) => [webhook.id, toTarget(webhook, keys)]))
  }
}

const toTarget = (webhook: StoredWebhook, keys: (sealed: Uint8Array) => SigningKeys): Target => ({
  id: webhook.id,
  deviceId: webhook.deviceId,
  apiKeyId: webhook.apiKeyId,
  url: webhook.url,
  newest: keys(webhook.secretSealed),
  previous: webhook.previousSecretSealed ? keys(webhook.previousSecretSealed) : undefined,
  previousUntil: webhook.previousSecretUntil ?? 0,
  failingSince: webhook.failingSince,
})
