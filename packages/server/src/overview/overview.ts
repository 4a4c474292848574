import { statfs } from 'node:fs/promises'
import type { Clock } from '../clock.ts'
import { namedOnlyEvents } from '../events/event-names.ts'
import type { Activity, Traffic, WebhookActivity } from '../observe/activity.ts'
import type { Health } from '../observe/health.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { listAilingWebhooks } from '../storage/ailing-webhooks.ts'
import { readBacklog, type StoredBacklog } from '../storage/backlog-store.ts'
import type { Database } from '../storage/database.ts'
import { type ListedDevice, searchDevices } from '../storage/device-list-store.ts'
import { countDevices, type DeviceStatus } from '../storage/device-store.ts'
import type { Devices } from '../tenants/devices.ts'
import { type Attention, attentionOfDevice, attentionOfRefusedChats, attentionOfWebhook } from './attention.ts'

/** How the gateway does, for everybody or for one API key. */
export interface Overview {
  readonly devices: Partial<Record<DeviceStatus, number>>
  /** Devices that this process works with, by session state. */
  readonly states: Readonly<Record<string, number>>
  readonly traffic: { readonly minutes: number; readonly counts: Traffic }[]
  readonly backlog: StoredBacklog
  readonly webhooks: WebhookActivity
  readonly attention: readonly Attention[]
}

interface OverviewParts {
  readonly database: Database
  readonly sessions: Pick<Sessions, 'statusOf' | 'counts'>
  readonly devices: Pick<Devices, 'apiKeyOf'>
  readonly activity: Activity
  readonly health: Pick<Health, 'storage'>
  readonly clock: Clock
  readonly dataDir: string
}

/** So many devices of each stored status, and webhooks, are looked at: who sees that many has work to do. */
const looked = 100

/** Below this much room, or this share of it, nothing may fit soon. */
const lowBytes = 2 ** 30
const lowShare = 0.05

const minutes = [1, 5, 60] as const

/** What an operator, or a customer, wants to see first. */
export class Overviews {
  readonly #parts: OverviewParts

  constructor(parts: OverviewParts) {
    this.#parts = parts
  }

  /** @param apiKeyId only what is of this API key; the server itself is left out then */
  async read(apiKeyId?: number): Promise<Overview> {
    const { database, activity } = this.#parts
    const [devices, backlog, attention] = await Promise.all([
      countDevices(database, apiKeyId),
      readBacklog(database, namedOnlyEvents, apiKeyId),
      this.#attention(apiKeyId),
    ])
    return {
      devices,
      states: this.#states(apiKeyId),
      traffic: minutes.map((last) => ({ minutes: last, counts: activity.traffic(last, apiKeyId) })),
      backlog,
      webhooks: activity.webhooks({ apiKeyId }),
      attention,
    }
  }

  #states(apiKeyId: number | undefined): Record<string, number> {
    const { devices, sessions } = this.#parts
    return sessions.counts((deviceId) => apiKeyId === undefined || devices.apiKeyOf(deviceId) === apiKeyId)
  }

  async #attention(apiKeyId: number | undefined): Promise<Attention[]> {
    const { database } = this.#parts
    const [ofServer, offline, webhooks] = await Promise.all([
      apiKeyId === undefined ? this.#ofServer() : [],
      this.#notConnected(apiKeyId),
      listAilingWebhooks(database, { apiKeyId, limit: looked }),
    ])
    const refused = await this.#refused(apiKeyId)
    return [...ofServer, ...offline, ...refused, ...webhooks.flatMap(attentionOfWebhook)]
  }

  async #notConnected(apiKeyId: number | undefined): Promise<Attention[]> {
    const { database, sessions, clock } = this.#parts
    const newest = { sort: 'created_at', descending: true, limit: looked, apiKeyId } as const
    const found: ListedDevice[] = []
    for (const status of ['disconnected', 'logged_out', 'pending'] as const) {
      found.push(...(await searchDevices(database, { ...newest, among: { statuses: [status], ids: [] } })))
    }
    return found.flatMap((device) => attentionOfDevice(device, sessions.statusOf(device), clock.now()) ?? [])
  }

  async #refused(apiKeyId: number | undefined): Promise<Attention[]> {
    const refused = this.#parts.activity.newChatsRefused
    if (refused.size === 0) return []
    const among = { statuses: [], ids: [...refused.keys()] }
    const search = { sort: 'created_at', descending: true, limit: looked, apiKeyId, among } as const
    const devices = await searchDevices(this.#parts.database, search)
    return devices.map((device) => attentionOfRefusedChats(device, refused.get(device.id)!))
  }

  async #ofServer(): Promise<Attention[]> {
    const storage = await this.#parts.health.storage()
    const found: Attention[] = []
    const look = { code: 'check_database', text: 'Look at the log, the disk and the database server.' }
    if (storage === 'failed') {
      found.push({ kind: 'database_failing', text: 'The database takes no changes.', nextAction: look })
    } else if (storage === 'slow') {
      found.push({ kind: 'database_slow', text: 'The database answers slowly.', nextAction: look })
    }
    const room = await statfs(this.#parts.dataDir).catch(() => undefined)
    if (!room) return found
    const free = room.bavail * room.bsize
    if (free < lowBytes && free < room.blocks * room.bsize * lowShare) {
      const text = `The disk of the data directory has ${Math.round(free / 2 ** 20)} MB left.`
      found.push({ kind: 'disk_low', text, nextAction: { code: 'make_room', text: 'Make room on the disk.' } })
    }
    return found
  }
}
