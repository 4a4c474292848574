import type { Appended } from '../eventlog/event-log.ts'
import type { Statement } from '../storage/database.ts'
import type { LogEntry } from '../storage/delivery-log.ts'
import type { LanePlan, PendingDelivery } from '../storage/delivery-store.ts'

export type LaneState =
  /** Nothing is known to wait. */
  | 'idle'
  /** Has work and waits for its turn. */
  | 'ready'
  | 'running'
  /** The next attempt is due later. */
  | 'waiting'
  /** Its endpoint is busy or paused. */
  | 'parked'

/** The deliveries of one device to one webhook, one at a time and in order. Holds no more than a batch of them. */
export class Lane {
  readonly webhookId: number
  readonly deviceId: string
  /** The webhook is that of the device, not of its API key. */
  readonly ofDevice: boolean
  /** API key that owns the device. */
  readonly tenant: number
  url: string
  state: LaneState = 'idle'
  /** When its wait ends, on the monotonic clock; tells a wait from one that was given up. */
  dueAt = 0
  batch: PendingDelivery[] = []
  /** Every delivery up to this `seq` was read from the database or handed over, and is done unless it is in the batch. */
  cursor = 0
  /** What it has to do, as it was read; undefined: it must be read. */
  plan: LanePlan | undefined
  /** Last `seq` of its device that is known to be durable. */
  announced = 0
  /** What a read under way will find is not known to the instant. */
  reading = false
  /** Something may have come since the last read. */
  stale = true
  /** How often it was asked to look for work. */
  wakes = 0
  /** Read from the start again: something old was put up for delivery, or a result could not be stored. */
  rewind = false
  /** A person asked: try the next delivery even when it is not due and its endpoint is paused, and begin the schedule again. */
  hurry = false
  /** There is hope that the endpoint works again: try the next delivery before this instant, at which it is due and stays due when that fails. */
  early: number | undefined
  /** The endpoint itself has named the time until which this waits. */
  asked = false
  /** The wait that was cut short so, by its end: once for each. */
  cutShort = 0
  /** The last attempt succeeded: what waits for a failing endpoint need not wait any longer. */
  delivered = false
  /** A test or a later event has just arrived at the endpoint: it works. */
  proven = false
  /** The first delivery has used up its attempts and no later delivery could show whether the endpoint works. Undefined: not known, since
   *  nothing was tried in this process. */
  alone: boolean | undefined
  /** A delivery came that was not looked at then. It could. */
  joined = false
  /** So many attempts of this event do not count where the schedule is concerned. */
  uncounted: { readonly eventId: string; readonly attempts: number } | undefined
  /** Events that are delivered out of turn just now: the lane leaves them out. */
  readonly aside = new Set<string>()
  /** Its results could not be stored: until they are, nothing more is delivered, so that a full disk floods nobody. */
  careful = false
  /** The delivery that failed last here, the time of day that is stored for its next attempt, and the same on the monotonic clock. */
  retry: { readonly eventId: string; readonly nextAttemptAt: number; readonly at: number } | undefined
  /** What it has delivered since its place was stored last: how many, for the log, and what else is to be stored with it. */
  unsaved = 0
  results: LogEntry[] = []
  extras: Statement[] = []
  /** Its place and what it delivered are being written just now. */
  saving = false

  constructor(target: { id: number; apiKeyId: number; url: string; ofDevice: boolean }, deviceId: string) {
    this.webhookId = target.id
    this.deviceId = deviceId
    this.ofDevice = target.ofDevice
    this.tenant = target.apiKeyId
    this.url = target.url
  }

  /** What it has delivered is not stored yet. */
  get isUnsaved(): boolean {
    return this.unsaved > 0 || this.saving
  }

  /** It alone knows what must not be read again: what was delivered and is not stored, and what is under way out of turn. */
  get isNeeded(): boolean {
    return this.isUnsaved || this.aside.size > 0
  }

  /** Everything for it is done up to this `seq`. */
  get place(): number {
    const [first] = this.batch
    return first ? first.seq - 1 : this.cursor
  }

  /** The next delivery is tried although it is not due. */
  get isUrgent(): boolean {
    return this.hurry || this.early !== undefined || this.delivered
  }

  get hasWork(): boolean {
    return this.batch.length > 0 || this.stale || this.rewind
  }

  /** Hears what was appended for its device. Answers whether that follows right upon what it knows, and so may be taken over without a read;
   *  otherwise it will read. Whatever makes a number go missing here (another process, a lost connection) makes it read, too. */
  follows({ firstSeq, lastSeq }: Appended): boolean {
    this.announced = Math.max(this.announced, lastSeq)
    const knowsAll = this.plan !== undefined && !this.stale && !this.rewind && !this.reading
    if (knowsAll && this.cursor === firstSeq - 1) return true
    this.stale = true
    return false
  }

  /** Tells it to look for work. `hurried`: from the start, and without waiting out a pause. */
  wake(hurried: boolean): void {
    this.wakes++
    this.stale = true
    if (!hurried) return
    this.rewind = true
    this.hurry = true
  }

  /** Takes the reasons to try its first delivery now, and notes what they mean for the schedule: it begins again when a person has asked, and an attempt
   *  before its time does not count. */
  begin({ eventId, attempts }: PendingDelivery, now: number): { early: number | undefined; proven: boolean } {
    const { hurry, proven } = this
    const early = hurry ? undefined : this.early
    const before = this.uncounted?.eventId === eventId ? this.uncounted.attempts : 0
    if (hurry) this.uncounted = { eventId, attempts }
    else if (early !== undefined && early > now) this.uncounted = { eventId, attempts: before + 1 }
    this.hurry = false
    this.early = undefined
    this.proven = false
    this.alone = false
    return { early, proven }
  }

  /** How often a delivery was tried where the schedule is concerned. */
  countOf({ eventId, attempts }: PendingDelivery): number {
    return Math.max(0, attempts - (this.uncounted?.eventId === eventId ? this.uncounted.attempts : 0))
  }

  /** Leaves it without work: its webhook was removed or switched off. Returns how many deliveries were forgotten. */
  clear(): number {
    const count = this.unread()
    this.stale = false
    this.rewind = false
    this.hurry = false
    this.early = undefined
    return count
  }

  /** Forgets what it has read and not delivered; it is read again when its time comes. Returns how many were forgotten. */
  unread(): number {
    const count = this.batch.length
    this.cursor = this.place
    this.batch = []
    this.stale = true
    return count
  }
}
