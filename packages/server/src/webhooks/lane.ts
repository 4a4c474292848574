import type { Appended } from '../eventlog/event-log.ts'
import type { PendingDelivery } from '../storage/delivery-store.ts'

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

/** The deliveries of one webhook, one at a time and in order. Holds no more than a batch of them. */
export class Lane {
  readonly webhookId: number
  readonly deviceId: string
  /** API key that owns the device. */
  readonly tenant: number
  url: string
  state: LaneState = 'idle'
  /** When its wait ends, on the monotonic clock; tells a wait from one that was given up. */
  dueAt = 0
  batch: PendingDelivery[] = []
  /** Every delivery up to this `seq` was read from the database or handed over. */
  cursor = 0
  /** Last `seq` of its device that is known to be durable. */
  announced = 0
  /** What a read under way will find is not known to the instant. */
  reading = false
  /** Something may have come since the last read. */
  stale = true
  /** How often it was told to look for work. */
  wakes = 0
  /** Read from the start again: something old was put up for delivery, or a result could not be stored. */
  rewind = false
  /** Try the next delivery even when it is not due: the endpoint has recovered, or a person asked. */
  hurry = false
  /** The wait is for an endpoint in trouble, whose recovery ends it. */
  troubled = false
  /** A result could not be stored: until one can be, each is waited for before the next delivery, so that a full disk floods nobody. */
  careful = false
  /** No attempt before this instant of the monotonic clock, after such a failure. */
  notBefore = 0
  /** The delivery that failed last here, the time of day that is stored for its next attempt, and the same on the monotonic clock. */
  retry: { readonly eventId: string; readonly nextAttemptAt: number; readonly at: number } | undefined
  /** Results on their way to the disk. */
  readonly unsaved = new Set<Promise<unknown>>()

  constructor(webhookId: number, deviceId: string, tenant: number, url: string) {
    this.webhookId = webhookId
    this.deviceId = deviceId
    this.tenant = tenant
    this.url = url
  }

  get hasWork(): boolean {
    return this.batch.length > 0 || this.stale || this.rewind
  }

  /** Hears what was appended for its device. Answers whether that follows right upon what it knows, and so may be taken over without a read;
   *  otherwise it will read. Whatever makes a number go missing here (another process, a lost connection) makes it read, too. */
  follows({ firstSeq, lastSeq }: Appended): boolean {
    this.announced = Math.max(this.announced, lastSeq)
    const knowsAll = this.cursor > 0 && !this.stale && !this.rewind && !this.reading
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

  /** Leaves it without work: its webhook was removed or switched off. Returns how many deliveries were forgotten. */
  clear(): number {
    const count = this.unread(1)
    this.stale = false
    this.rewind = false
    this.hurry = false
    return count
  }

  /** Forgets what was read from `seq` on; it is read again when its time comes. Returns how many were forgotten. */
  unread(seq: number): number {
    const count = this.batch.length
    this.batch = []
    this.cursor = seq - 1
    this.stale = true
    return count
  }
}
