import type { Clock } from '../clock.ts'
import { noEnd } from '../schemas/sent-message.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { Hold } from '../storage/held-send-store.ts'
import { PauseStore } from '../storage/pause-store.ts'

/** That nothing of a device leaves. */
export interface Pause {
  readonly since: number
  /** When it ends by itself; null: when somebody says so. */
  readonly until: number | null
  readonly reason: string
}

/** Pauses of devices, in memory: they are asked for with every send. */
export class Pauses {
  readonly #store: PauseStore
  readonly #clock: Clock
  readonly #own = new Map<string, Pause>()

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#store = new PauseStore(database)
    this.#clock = clock
  }

  /** Reads what is set: of all devices, or of some that are new here. */
  async load(among?: readonly string[]): Promise<void> {
    const rows = await this.#store.all(among)
    for (const deviceId of among ?? []) this.drop(deviceId)
    for (const { device_id, since, until, reason } of rows) {
      this.#own.set(device_id, { since: Number(since), until: until === null ? null : Number(until), reason })
    }
  }

  /** Another process has the device. */
  drop(deviceId: string): void {
    this.#own.delete(deviceId)
  }

  /** The pause that holds now. */
  of(deviceId: string): Pause | undefined {
    const pause = this.#own.get(deviceId)
    return pause && (pause.until === null || pause.until > this.#clock.now()) ? pause : undefined
  }

  /** What a send of a device waits for while it is paused. */
  holdOf(deviceId: string): Hold | undefined {
    const pause = this.of(deviceId)
    return pause && { until: pause.until ?? noEnd, reason: 'paused' }
  }

  get count(): number {
    return [...this.#own.keys()].filter((deviceId) => this.of(deviceId)).length
  }

  /** Devices with a pause that is over, and was not ended. */
  over(): string[] {
    return [...this.#own.keys()].filter((deviceId) => !this.of(deviceId))
  }

  put(deviceId: string, { since, until, reason }: Pause): Statement {
    return this.#store.put({ device_id: deviceId, since, until, reason })
  }

  end(deviceId: string): Statement {
    return this.#store.end(deviceId)
  }

  /** It is durable. */
  set(deviceId: string, pause: Pause | undefined): void {
    if (pause) this.#own.set(deviceId, pause)
    else this.#own.delete(deviceId)
  }

  /** Whether anything is noted of a device, over or not. */
  has(deviceId: string): boolean {
    return this.#own.has(deviceId)
  }
}
