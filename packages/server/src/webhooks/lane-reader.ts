import type { Appended } from '../eventlog/event-log.ts'
import type { DeliveryStore } from '../storage/delivery-store.ts'
import type { Lane } from './lane.ts'
import type { ProgressWriter } from './progress-writer.ts'

const batchSize = 64
/** Events in memory, over all lanes, above which each lane reads one at a time. */
const mostBuffered = 4096

/** Fills the batches of lanes, from the database or with what was just appended, and counts what they hold together. */
export class LaneReader {
  readonly #deliveries: DeliveryStore
  readonly #progress: ProgressWriter
  #buffered = 0

  constructor(deliveries: DeliveryStore, progress: ProgressWriter) {
    this.#deliveries = deliveries
    this.#progress = progress
  }

  /** Lets a lane know of what was appended for its device. Deliveries that come right upon what it knows cost no read. */
  take(lane: Lane, appended: Appended): void {
    if (appended.single) {
      this.#takeSingle(lane, appended)
      return
    }
    const own = appended.deliveries.filter(({ webhookId }) => webhookId === lane.webhookId)
    const room = lane.batch.length + own.length <= batchSize && this.#buffered + own.length <= mostBuffered
    if (own.length > 0) lane.joined = true
    if (own.length > 0 && !room) lane.stale = true
    if (!lane.follows(appended)) return
    for (const { delivery } of own) lane.batch.push(delivery)
    this.#buffered += own.length
    lane.cursor = appended.lastSeq
  }

  /** What is for one webhook alone has a span of its own there, which the lane must read unless it is delivered out of turn. */
  #takeSingle(lane: Lane, appended: Appended): void {
    const { webhookId, eventIds } = appended.single!
    if (lane.webhookId === webhookId && !eventIds.some((id) => lane.aside.has(id))) {
      lane.rewind = true
      lane.joined = true
    }
    if (lane.follows(appended)) lane.cursor = appended.lastSeq
  }

  /** Reads what waits for a lane, from the start when it must. */
  async read(lane: Lane): Promise<void> {
    if (lane.rewind || !lane.plan) await this.#begin(lane)
    await this.readOn(lane)
  }

  /** Adds what comes behind what the lane has read. */
  async readOn(lane: Lane): Promise<void> {
    const { plan } = lane
    if (!plan) return
    lane.stale = false
    const limit = this.#buffered > mostBuffered ? 1 : batchSize
    // What was durable before the read began is in it.
    const { announced } = lane
    const asideBefore = [...lane.aside]
    lane.reading = true
    try {
      const found = await this.#deliveries.pending(lane, plan, lane.cursor, limit)
      if (found === 'changed') {
        lane.rewind = true
        return
      }
      const elsewhere = new Set([...asideBefore, ...lane.aside])
      const own = found.filter(({ eventId }) => !elsewhere.has(eventId))
      const others = new Set(found.flatMap(({ eventId, seq }) => (elsewhere.has(eventId) ? [seq] : [])))
      // Who delivers them ends their spans, and not this lane by passing them.
      if (others.size > 0)
        lane.plan = { ...plan, spans: plan.spans.filter(({ to, next }) => next < to || !others.has(to)) }
      lane.batch.push(...own)
      this.#buffered += own.length
      lane.cursor = found.at(-1)?.seq ?? lane.cursor
      if (found.length === limit) lane.stale = true
      else lane.cursor = Math.max(lane.cursor, announced)
    } finally {
      lane.reading = false
    }
  }

  /** Takes deliveries out of the batch of a lane. */
  drop(lane: Lane, place: number, count: number): void {
    this.#buffered -= lane.batch.splice(place, count).length
  }

  /** Drops what a lane has read and not delivered; it is read again. */
  forget(lane: Lane): void {
    this.#buffered -= lane.unread()
  }

  /** Leaves a lane without work. */
  clear(lane: Lane): void {
    this.#buffered -= lane.clear()
  }

  /** Reads what a lane has to do. */
  async #begin(lane: Lane): Promise<void> {
    lane.rewind = false
    // What was delivered must be on disk first, else it would be found waiting and be delivered again.
    if (lane.isUnsaved && !(await this.#progress.flush())) throw new Error('What was delivered could not be stored')
    this.forget(lane)
    lane.plan = await this.#deliveries.plan(lane)
    const { spans } = lane.plan
    lane.cursor = spans.length === 0 ? lane.announced : Math.min(...spans.map(({ next }) => next)) - 1
  }
}
