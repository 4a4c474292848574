import { sql } from 'kysely'
import { type AttemptReport, type PackedAttempt, unpackAttempt, unpackHistory } from './delivery-attempts.ts'
import type { LogEntry } from './delivery-log.ts'

export interface DeliveryReport {
  readonly webhookId: number
  readonly eventId: string
  readonly deviceId: string
  readonly seq: number
  readonly type: string
  readonly state: 'pending' | 'success' | 'dead'
  readonly attempts: number
  readonly nextAttemptAt: number
  readonly status: number | null
  readonly error: string | null
  readonly response: string | null
  readonly latencyMs: number | null
  readonly createdAt: number
  readonly updatedAt: number
  /** Each attempt, oldest first, unless the first one succeeded. */
  readonly history: readonly AttemptReport[]
}

/** The webhook of a report. `deviceId`: its only device; null: it is that of an API key. */
export interface Reported {
  readonly webhookId: number
  readonly deviceId: string | null
}

export interface EventRow {
  id: string
  device_id: string
  seq: number
  type: string
  created_at: number
}

export interface StateRow extends EventRow {
  attempts: number | null
  next_attempt_at: number | null
  error: string | null
  history: string | null
  updated_at: number | null
}

export const stateColumns = sql.raw(
  'e.id, e.device_id, e.seq, e.type, e.created_at, r.attempts, r.next_attempt_at, r.error, r.history, r.updated_at',
)

/** Where a page begins. `eventId`: what decides between events of the same instant. */
export interface Place {
  readonly place: number
  readonly eventId: string
}

export const areInFront = ({ place, eventId }: Place, { deviceId }: Reported) => {
  if (deviceId !== null) return sql`e.seq < ${place}`
  return sql`(e.created_at < ${place} or (e.created_at = ${place} and e.id < ${eventId}))`
}

/** Whether a report is in front of a place, that is older. */
export const isInFront = (report: DeliveryReport, { place, eventId }: Place, { deviceId }: Reported): boolean => {
  if (deviceId !== null) return report.seq < place
  return report.createdAt < place || (report.createdAt === place && report.eventId < eventId)
}

export const isOlder = (one: DeliveryReport, other: DeliveryReport, webhook: Reported): boolean =>
  isInFront(one, { place: webhook.deviceId === null ? other.createdAt : other.seq, eventId: other.eventId }, webhook)

const lastOf = (history: readonly PackedAttempt[]) => {
  const last = history.at(-1)
  const { status, error, response, latencyMs } = last
    ? unpackAttempt(last)
    : { status: null, error: null, response: null, latencyMs: null }
  return { status, error, response, latencyMs }
}

export function ofState(webhookId: number, row: StateRow, state: 'pending' | 'dead'): DeliveryReport {
  const history = unpackHistory(row.history ?? '[]')
  const createdAt = Number(row.created_at)
  const last = lastOf(history)
  return {
    webhookId,
    eventId: row.id,
    deviceId: row.device_id,
    seq: Number(row.seq),
    type: row.type,
    state,
    attempts: row.attempts ?? 0,
    nextAttemptAt: Number(row.next_attempt_at ?? createdAt),
    ...last,
    error: row.error ?? last.error,
    createdAt,
    updatedAt: Number(row.updated_at ?? createdAt),
    history: history.map(unpackAttempt),
  }
}

export function ofEntry(webhookId: number, event: EventRow, entry: LogEntry): DeliveryReport {
  return {
    webhookId,
    eventId: event.id,
    deviceId: event.device_id,
    seq: Number(event.seq),
    type: event.type,
    state: 'success',
    attempts: entry.attempts,
    nextAttemptAt: entry.at,
    status: entry.status,
    error: null,
    response: entry.response,
    latencyMs: entry.latencyMs,
    createdAt: Number(event.created_at),
    updatedAt: entry.at,
    history: entry.history.map(unpackAttempt),
  }
}
