import type { Statement } from '../storage/database.ts'
import type { PendingDelivery } from '../storage/delivery-store.ts'
import type { Scope } from '../storage/scope.ts'

/** An event before it has a place in the log. */
export interface NewEvent {
  /** `evt_…` when the caller needs to know it beforehand; made by the log otherwise. */
  readonly id?: string
  readonly type: string
  /** The contract's `data`. */
  readonly payload: Readonly<Record<string, unknown>>
  /** It happened while the device was away. */
  readonly backfill?: boolean
}

export interface EventRecord {
  /** `evt_…` */
  readonly id: string
  readonly deviceId: string
  readonly seq: number
  /** Place in the log that was read: `seq` in that of a device, a position of its own in that of all devices of an API key. */
  readonly cursor: number
  readonly type: string
  /** Parsed each time that it is asked for. */
  readonly payload: Readonly<Record<string, unknown>>
  /** The same as JSON, on one line. */
  readonly payloadText: string
  readonly backfill: boolean
  readonly createdAt: number
}

export interface EventPage {
  readonly events: readonly EventRecord[]
  /** Whether nothing follows that was there when this was read. */
  readonly isLast: boolean
  /** Nothing of what was asked for is behind these events up to this cursor: who continues from here does not look at the rest of the log again. */
  readonly readTo: number
}

export interface PlanOptions {
  /** Deliver to this webhook alone, whatever its filter says. For `test.ping`. */
  readonly onlyWebhook?: number
}

/** Events of a device that became durable together, and the webhooks that get them. */
export interface Appended {
  readonly deviceId: string
  readonly firstSeq: number
  readonly lastSeq: number
  /** In the order of the events. */
  readonly deliveries: readonly { readonly webhookId: number; readonly delivery: PendingDelivery }[]
  /** All of it is for this webhook alone, whatever its filter says, and is not among `deliveries`. */
  readonly single?: { readonly webhookId: number; readonly eventIds: readonly string[] }
}

/** What happened to each device, in order. An event is durable before anybody gets it. Webhooks, live streams and cursor reads are readers of the log. */
export interface EventLog {
  /** Statements that append events (with gapless `seq`) and plan their webhook deliveries, to be part of the unit that makes them true.
   *  Readers get them by themselves once that unit is durable. */
  statements(deviceId: string, events: readonly NewEvent[], options?: PlanOptions): Statement[]
  /** Makes every reader of a device look for more: for a unit of which only the database knew that it was applied. */
  committed(deviceId: string): void
  /** {@link statements} as a unit of their own, for events that stand alone. */
  append(deviceId: string, events: readonly NewEvent[], options?: PlanOptions): Promise<void>
  /** A page of the events after a cursor, oldest first: at most `limit` of them, and about `bytes` (1 MiB when absent). */
  read(
    scope: Scope,
    options: { after: number; types?: readonly string[]; limit: number; bytes?: number },
  ): Promise<EventPage>
  /** Where a reader begins that has seen everything up to `after`: 0 for the oldest event that is kept, undefined for what is new from now on. `last` is the
   *  newest cursor. @throws AppError cursor_expired when something behind `after` was deleted because of its age, cursor_ahead when `after` is newer than anything */
  begin(scope: Scope, after: number | undefined): Promise<{ after: number; last: number }>
  /** Calls back after each commit that concerned this device, or a device of this API key. Returns how to stop. */
  subscribe(scope: Scope, wake: () => void): () => void
  /** Calls back after each commit, whatever the device, with what it appended unless only the database knows. Returns how to stop. */
  onCommitted(listener: (deviceId: string, appended?: Appended) => void): () => void
}
