import type { MessageView } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import { noteChange } from '../observe/note-change.ts'
import type { Database, Statement } from '../storage/database.ts'
import { MediaPolicyStore } from '../storage/media-policy-store.ts'

/** Types of message with files that can be fetched automatically. */
const policyTypes = ['image', 'video', 'audio', 'document', 'sticker', 'sticker_pack'] as const
export type PolicyType = (typeof policyTypes)[number]

export interface MediaPolicy {
  /** `on_demand`: a file is fetched when somebody asks for it. `auto`: when its message comes. */
  readonly mode: 'on_demand' | 'auto'
  readonly types: readonly PolicyType[]
  /** Larger files wait until somebody asks for them. */
  readonly maxBytes: number
}

/** What each device wants to be fetched by itself. All of it is in memory: it is asked for with every message. */
export class MediaPolicies {
  readonly #database: Database
  readonly #store: MediaPolicyStore
  readonly #usual: MediaPolicy
  readonly #own = new Map<string, MediaPolicy>()

  constructor(
    database: Database,
    { autoDownload, autoMaxBytes }: Pick<Config['media'], 'autoDownload' | 'autoMaxBytes'>,
  ) {
    this.#database = database
    this.#store = new MediaPolicyStore(database)
    this.#usual = { mode: autoDownload ? 'auto' : 'on_demand', types: policyTypes, maxBytes: autoMaxBytes }
  }

  /** Reads what is set: of all devices, or of some that are new here. */
  async load(among?: readonly string[]): Promise<void> {
    const rows = await this.#store.all(among)
    for (const deviceId of among ?? []) this.#own.delete(deviceId)
    for (const { device_id, mode, types, max_bytes } of rows) {
      this.#own.set(device_id, { mode, types: JSON.parse(types) as PolicyType[], maxBytes: Number(max_bytes) })
    }
  }

  /** `own`: the device has set it, and does not follow the server. */
  of(deviceId: string): MediaPolicy & { readonly own: boolean } {
    const own = this.#own.get(deviceId)
    return { ...(own ?? this.#usual), own: own !== undefined }
  }

  async set(deviceId: string, change: Partial<MediaPolicy>, now: number): Promise<void> {
    const { own: _, ...policy } = { ...this.of(deviceId), ...change }
    const { mode, types, maxBytes } = policy
    const row = { device_id: deviceId, mode, types: JSON.stringify(types), max_bytes: maxBytes, updated_at: now }
    await this.#database.commit([this.#store.put(row), this.#note(deviceId, mode, now)], { lane: deviceId })
    this.#own.set(deviceId, policy)
  }

  async reset(deviceId: string, now: number): Promise<void> {
    const unit = [this.#store.remove(deviceId), this.#note(deviceId, 'as the server', now)]
    await this.#database.commit(unit, { lane: deviceId })
    this.#own.delete(deviceId)
  }

  #note(deviceId: string, detail: string, at: number): Statement {
    const about = { action: 'device.media_policy_set', target: deviceId, detail, at }
    return noteChange(this.#database, { ...about, otherwise: `device:${deviceId}` })
  }

  /** Whether the file of a message that came now is to be fetched by itself. */
  wants(deviceId: string, { type, media }: MessageView): boolean {
    const { mode, types, maxBytes } = this.of(deviceId)
    return mode === 'auto' && types.some((name) => name === type) && (media?.size ?? 0) <= maxBytes
  }
}
