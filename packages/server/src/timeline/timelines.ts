import { type AuditRow, listAudit } from '../storage/audit-store.ts'
import { listConnectionEvents } from '../storage/connection-events.ts'
import type { Database } from '../storage/database.ts'
import type { StoredEvent } from '../storage/event-store.ts'
import { leftOut, whyPairingEnded, wordsOfAudit, wordsOfEvent } from './words.ts'

/** Something that happened to a device. */
export interface Moment {
  readonly at: number
  /** `connection.connected`, `device.proxy_set`… */
  readonly type: string
  readonly text: string
  /** Of what came from the event log. */
  readonly event?: { readonly id: string; readonly seq: number; readonly payload: Readonly<Record<string, unknown>> }
  /** Who did it, of what came from the audit. */
  readonly actor?: string
}

/** Only what is older than both: an event, and an entry of the audit. */
export interface TimelinePlace {
  readonly seq: number
  readonly auditId: number
}

/** How the last attempt to link a device went. */
export interface LastPairing {
  readonly beganAt: number
  readonly endedAt: number | null
  readonly outcome: 'linked' | 'failed' | 'waiting'
  readonly reason: string | null
  readonly text: string
}

const newest: TimelinePlace = { seq: Number.MAX_SAFE_INTEGER, auditId: Number.MAX_SAFE_INTEGER }

const ofEvent = (event: StoredEvent): Moment => {
  const payload = JSON.parse(event.payload) as Record<string, unknown>
  const { id, seq, type, createdAt: at } = event
  return { at, type, text: wordsOfEvent(type, payload), event: { id, seq, payload } }
}

const ofAudit = (row: AuditRow): Moment => ({
  at: Number(row.at),
  type: row.action,
  text: wordsOfAudit(row),
  actor: row.actor,
})

/** What happened to devices: connections from the event log, and what people did from the audit. */
export class Timelines {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Newest first. `next`: where the next page begins; undefined after the last. */
  async read(
    deviceId: string,
    { limit, after = newest }: { readonly limit: number; readonly after?: TimelinePlace | undefined },
  ): Promise<{ moments: Moment[]; next: TimelinePlace | undefined }> {
    const [events, audit] = await Promise.all([
      listConnectionEvents(this.#database, deviceId, { before: after.seq, limit: limit + 1, without: leftOut }),
      listAudit(this.#database, { target: deviceId, before: after.auditId, limit: limit + 1 }),
    ])
    const all = [
      ...events.map((event) => ({ at: event.createdAt, event, row: undefined })),
      ...audit.map((row) => ({ at: Number(row.at), event: undefined, row })),
    ].sort((one, other) => other.at - one.at)
    const page = all.slice(0, limit)
    const place = {
      seq: page.findLast(({ event }) => event)?.event?.seq ?? after.seq,
      auditId: page.findLast(({ row }) => row)?.row?.id ?? after.auditId,
    }
    return {
      moments: page.map(({ event, row }) => (event ? ofEvent(event) : ofAudit(row!))),
      next: all.length > limit ? place : undefined,
    }
  }

  /** How the last attempt to link the device went; undefined when there was none that is remembered. */
  async lastPairing(deviceId: string): Promise<LastPairing | undefined> {
    const about = { target: deviceId, limit: 1 } as const
    const [[began], [ended], linked] = await Promise.all([
      listAudit(this.#database, { ...about, action: 'device.pairing_began' }),
      listAudit(this.#database, { ...about, action: 'device.pairing_ended' }),
      this.#lastLinked(deviceId),
    ])
    if (!began) return undefined
    const beganAt = Number(began.at)
    const how = { beganAt, endedAt: null, reason: null }
    if (linked !== undefined && linked >= beganAt) {
      return { ...how, endedAt: linked, outcome: 'linked', text: 'The device was linked' }
    }
    if (ended && ended.id > began.id) {
      const text = `Linking ended: ${whyPairingEnded(ended.detail)}`
      return { ...how, endedAt: Number(ended.at), outcome: 'failed', reason: ended.detail, text }
    }
    return { ...how, outcome: 'waiting', text: 'The device waits for a phone to link it' }
  }

  async #lastLinked(deviceId: string): Promise<number | undefined> {
    // Few events are about connections, and those about codes come before it.
    const events = await listConnectionEvents(this.#database, deviceId, {
      ...{ before: newest.seq, limit: 200, without: leftOut },
    })
    return events.find(({ type }) => type === 'connection.pair_success')?.createdAt
  }
}
