import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { Clock } from '../clock.ts'
import { stepCount, stepOf } from './durations.ts'
import { RecentCounts } from './recent-counts.ts'

/** Events that are counted, in the order of their columns. */
const counted = ['message.received', 'message.sent', 'message.failed'] as const

/** A minute each. */
const minutes = { slots: 60, slotMs: 60_000, width: counted.length }
/** Successes and failures, then how long requests took, then how old events were that were delivered. */
const attempts = { slots: 12, slotMs: 300_000, width: 2 + 2 * stepCount }

/** Webhooks and API keys about which this much is remembered: those that were busy last. */
const remembered = 20_000
/** How long a refusal of new chats is worth mentioning. */
const refusedMs = 3_600_000
/** WhatsApp's refusal of a message to somebody to whom the account never talked. */
const newChatRefused = 'refused_463'

export interface Traffic {
  readonly received: number
  readonly sent: number
  readonly failed: number
}

/** What a webhook did in the last hour. Counts of durations are by the steps of durations.ts. */
export interface WebhookActivity {
  readonly delivered: number
  readonly failed: number
  readonly latency: readonly number[]
  readonly lag: readonly number[]
}

/** A webhook, and the API key that it belongs to. */
export interface WebhookOwner {
  readonly webhook: number
  readonly apiKeyId: number
}

/** What happened in the last hour, in memory: it begins with the process, and costs no read. For screens; metrics are for alerts. */
export class Activity {
  readonly #clock: Clock
  readonly #traffic = new LRUCache<number, RecentCounts>(atMost(remembered))
  readonly #webhooks = new LRUCache<number, { readonly apiKeyId: number; readonly counts: RecentCounts }>(
    atMost(remembered),
  )
  readonly #newChatsRefused = new LRUCache<string, number>({ ...atMost(remembered), ttl: refusedMs })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  eventLogged(type: string, apiKeyId: number): void {
    const column = counted.indexOf(type as (typeof counted)[number])
    if (column === -1) return
    const known = this.#traffic.get(apiKeyId)
    const counts = known ?? new RecentCounts(minutes)
    if (!known) this.#traffic.set(apiKeyId, counts)
    counts.add(this.#clock.monotonic(), column)
  }

  /** Messages of the last minutes, of one API key or of all. */
  traffic(lastMinutes: number, apiKeyId?: number): Traffic {
    const sums = counted.map(() => 0)
    const now = this.#clock.monotonic()
    for (const [id, counts] of this.#traffic.entries()) {
      if (apiKeyId === undefined || id === apiKeyId) counts.addTo(sums, now, lastMinutes)
    }
    const [received = 0, sent = 0, failed = 0] = sums
    return { received, sent, failed }
  }

  webhookAttempted(owner: WebhookOwner, works: boolean, seconds: number): void {
    this.#count(owner, works ? 0 : 1)
    this.#count(owner, 2 + stepOf(seconds))
  }

  webhookDelivered(owner: WebhookOwner, lagSeconds: number): void {
    this.#count(owner, 2 + stepCount + stepOf(lagSeconds))
  }

  /** Attempts of the last hour: of one webhook, of those of an API key and its devices, or of all. */
  webhooks(of: { readonly webhook?: number; readonly apiKeyId?: number | undefined } = {}): WebhookActivity {
    const sums = Array.from({ length: attempts.width }, () => 0)
    const now = this.#clock.monotonic()
    const add = ({ counts }: { counts: RecentCounts }) => counts.addTo(sums, now)
    if (of.webhook !== undefined) {
      const known = this.#webhooks.get(of.webhook)
      if (known) add(known)
    } else {
      for (const each of this.#webhooks.values()) {
        if (of.apiKeyId === undefined || each.apiKeyId === of.apiKeyId) add(each)
      }
    }
    const [delivered = 0, failed = 0, ...durations] = sums
    return { delivered, failed, latency: durations.slice(0, stepCount), lag: durations.slice(stepCount) }
  }

  sendEnded(device: string, reason: string | undefined): void {
    if (reason === newChatRefused) this.#newChatsRefused.set(device, this.#clock.now())
  }

  /** When WhatsApp refused a message to somebody new last, by device, Unix ms. */
  get newChatsRefused(): ReadonlyMap<string, number> {
    return new Map(this.#newChatsRefused.entries())
  }

  #count({ webhook, apiKeyId }: WebhookOwner, column: number): void {
    const known = this.#webhooks.get(webhook)
    const activity = known ?? { apiKeyId, counts: new RecentCounts(attempts) }
    if (!known) this.#webhooks.set(webhook, activity)
    activity.counts.add(this.#clock.monotonic(), column)
  }
}
