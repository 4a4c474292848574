import type { Appended } from '../eventlog/event-log.ts'
import type { DeliveryStore } from '../storage/delivery-store.ts'
import type { Lane } from './lane.ts'

const batchSize = 64
/** Events in memory, over all lanes, above which each lane reads one at a time. */
const mostBuffered = 4096

/** Fills the batches of lanes, from the database or with what was just appended, and counts what they hold together. */
export class LaneReader {
  readonly #deliveries: DeliveryStore
  #buffered = 0

  constructor(deliveries: DeliveryStore) {
    this.#deliveries = deliveries
  }

  /** Lets a lane know of what was appended for its device. Deliveries that come right upon what it knows cost no read. Answers how many are for it. */
  take(lane: Lane, appended: Appended): number {
    const own = appended.deliveries.filter(
      ({ webhookId, delivery }) => webhookId === lane.webhookId && !lane.aside.has(delivery.eventId),
    )
    const room = lane.batch.length + own.length <= batchSize && this.#buffered + own.length <= mostBuffered
    if (own.length > 0 && !room) lane.stale = true
    if (!lane.follows(appended)) return own.length
    for (const { delivery } of own) lane.batch.push(delivery)
    this.#buffered += own.length
    lane.cursor = appended.lastSeq
    return own.length
  }

  /** Reads what waits for a lane, from the start when it must. */
  async read(lane: Lane): Promise<void> {
    if (lane.rewind) this.forget(lane, 1)
    lane.rewind = false
    // What was delivered must be on disk first, else it would be found waiting and be delivered again.
    if (lane.cursor === 0) await Promise.allSettled(lane.unsaved)
    await this.readOn(lane)
  }

  /** Adds what comes behind what the lane has read. */
  async readOn(lane: Lane): Promise<void> {
    lane.stale = false
    const limit = this.#buffered > mostBuffered ? 1 : batchSize
    // What was durable before the read began is in it.
    const { announced } = lane
    const asideBefore = [...lane.aside]
    lane.reading = true
    try {
      const rows = await this.#deliveries.pending(lane.webhookId, lane.deviceId, lane.cursor, limit)
      const elsewhere = new Set([...asideBefore, ...lane.aside])
      const own = rows.filter(({ eventId }) => !elsewhere.has(eventId))
      lane.batch.push(...own)
      this.#buffered += own.length
      lane.cursor = rows.at(-1)?.seq ?? lane.cursor
      if (rows.length === limit) lane.stale = true
      else lane.cursor = Math.max(lane.cursor, announced)
    } finally {
      lane.reading = false
    }
  }

  /** Takes deliveries out of the batch of a lane. */
  drop(lane: Lane, place: number, count: number): void {
    this.#buffered -= lane.batch.splice(place, count).length
  }

  /** Drops what a lane has read from `from` (a `seq`) on, or all of it; it is read again. */
  forget(lane: Lane, from = lane.cursor + 1): void {
    this.#buffered -= lane.unread(from)
  }

  /** Leaves a lane without work. */
  clear(lane: Lane): void {
    this.#buffered -= lane.clear()
  }
}
