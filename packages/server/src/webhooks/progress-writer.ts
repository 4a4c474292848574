import type { Database, Statement } from '../storage/database.ts'
import type { DeliveryLog, LogEntry } from '../storage/delivery-log.ts'
import type { DeliveryStore, LanePlan } from '../storage/delivery-store.ts'
import type { Lane } from './lane.ts'

export interface ProgressWriterOptions {
  readonly database: Database
  readonly deliveries: DeliveryStore
  readonly log: DeliveryLog
  /** How long a result waits for others at most, ms. */
  readonly delayMs: number
  /** The database refused. */
  readonly failed: (error: unknown) => void
}

/** Results over all lanes that are written at once. */
const mostWaiting = 512

interface Taken {
  readonly lane: Lane
  readonly plan: LanePlan | undefined
  readonly place: number
  readonly count: number
  readonly results: LogEntry[]
  readonly extras: Statement[]
}

/** Writes behind: how far each lane has come, and the log of what it delivered, many at a time. What a crash takes of it is delivered again under the same
 *  event id. */
export class ProgressWriter {
  readonly #options: ProgressWriterOptions
  readonly #changed = new Set<Lane>()
  #waiting = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<boolean> | undefined
  #stopped = false

  constructor(options: ProgressWriterOptions) {
    this.#options = options
  }

  /** Notes that a lane has delivered something, which is not in its batch any more. */
  delivered(lane: Lane, result: LogEntry, extras: readonly Statement[]): void {
    lane.results.push(result)
    lane.extras.push(...extras)
    lane.unsaved++
    this.#waiting++
    this.touch(lane)
  }

  /** Lets the place of a lane be written, although it delivered nothing. */
  touch(lane: Lane): void {
    this.#changed.add(lane)
    if (this.#waiting >= mostWaiting) void this.flush()
    else this.#arm()
  }

  /** Forgets what was not written of lanes: another node delivers it again. */
  forget(lanes: Iterable<Lane>): void {
    for (const lane of lanes) {
      this.#changed.delete(lane)
      this.#waiting -= lane.unsaved
      lane.unsaved = 0
      lane.results = []
      lane.extras = []
    }
  }

  /** Writes the rest. What cannot be written now is delivered again by the next process. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.flush()
    clearTimeout(this.#timer)
  }

  /** Writes what was noted so far. Answers whether all of it is on disk. Never rejects. */
  async flush(): Promise<boolean> {
    // What is being written just now does not have what was noted since it began.
    while (this.#writing) await this.#writing
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#changed.size === 0 && !this.#options.log.isDue) return true
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #write(): Promise<boolean> {
    const taken = [...this.#changed].map((lane) => this.#take(lane))
    this.#changed.clear()
    this.#waiting = 0
    const log = this.#options.log.add(
      taken.map(({ lane, results }) => ({
        webhookId: lane.webhookId,
        deviceId: lane.deviceId,
        ofDevice: lane.ofDevice,
        entries: results,
      })),
    )
    const unit = [...taken.flatMap((each) => this.#statements(each)), ...log.statements]
    try {
      if (unit.length > 0) await this.#options.database.commit(unit)
    } catch (error) {
      for (const each of taken) this.#putBack(each)
      this.#options.failed(error)
      return false
    }
    log.durable()
    for (const { lane, plan, place } of taken) {
      lane.saving = false
      lane.careful = false
      // What has ended is written no more.
      if (plan && plan === lane.plan && isThrough(plan, place)) {
        lane.plan = { ...plan, spans: plan.spans.filter(({ to }) => to > place), hasEnded: false }
      }
    }
    return true
  }

  #take(lane: Lane): Taken {
    const { plan, place, results, extras } = lane
    const taken = { lane, plan, place, count: lane.unsaved, results, extras }
    lane.unsaved = 0
    lane.results = []
    lane.extras = []
    lane.saving = true
    return taken
  }

  #putBack({ lane, count, results, extras }: Taken): void {
    lane.unsaved += count
    lane.results.unshift(...results)
    lane.extras.unshift(...extras)
    lane.saving = false
    lane.careful = true
    this.#waiting += count
    this.#changed.add(lane)
    this.#arm()
  }

  #arm(): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => void this.flush(), this.#options.delayMs)
  }

  #statements({ lane, plan, place, extras }: Taken): Statement[] {
    const { deliveries } = this.#options
    if (!plan) return extras
    // Cut off parts of the open span, which are not known here, have its origin.
    const passed = plan.spans.filter(({ next }) => next <= place)
    const advanced = deliveries.advance(lane, [...new Set(passed.map(({ origin }) => origin))], place)
    return [...advanced, ...(isThrough(plan, place) ? [deliveries.removeEnded(lane)] : []), ...extras]
  }
}

/** Whether a place is behind the end of a span. */
const isThrough = ({ spans, hasEnded }: LanePlan, place: number): boolean =>
  hasEnded || spans.some(({ to }) => to <= place)
