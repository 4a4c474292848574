import { type Clock, systemClock } from '../clock.ts'
import type { Bus } from '../cluster/bus/bus.ts'
import { AppError } from '../errors/app-error.ts'
import { namedOnlyEvents } from '../events/event-names.ts'
import type { Database, Statement } from '../storage/database.ts'
import { createDeliveryPlan, type Recipients } from '../storage/delivery-plan.ts'
import { EventStore, type StoredEvent } from '../storage/event-store.ts'
import { apiKeyOf, type Scope } from '../storage/scope.ts'
import type { Appended, EventLog, EventRecord, NewEvent, PlanOptions } from './event-log.ts'
import { KeyLog } from './key-log.ts'
import { newEventId } from './new-event-id.ts'
import { OtherNodes } from './other-nodes.ts'
import { payloadText } from './payload-text.ts'
import { Subscribers } from './subscribers.ts'

export interface EventLogOptions {
  readonly database: Database
  readonly clock?: Pick<Clock, 'now'>
  /** WEBHOOKS_ENABLED: when off, events are logged and no deliveries are planned. */
  readonly webhooksEnabled?: boolean
  /** Hears the type of each event, and the API key of its device, when it has become durable here. */
  readonly logged?: (type: string, apiKeyId: number) => void
  /** To the other nodes; undefined for a gateway that is alone. */
  readonly bus?: Bus | undefined
}

const toRow = (event: NewEvent) => ({
  id: event.id ?? newEventId(),
  type: event.type,
  payload: payloadText(event.payload),
  backfill: event.backfill ?? false,
})

type Row = ReturnType<typeof toRow>
type LogQuery = Parameters<EventLog['read']>[1]

const toRecord = (event: StoredEvent, cursor: number): EventRecord => ({
  id: event.id,
  deviceId: event.deviceId,
  seq: event.seq,
  cursor,
  type: event.type,
  get payload() {
    return JSON.parse(event.payload)
  },
  payloadText: event.payload,
  backfill: event.backfill,
  createdAt: event.createdAt,
})

/** What was appended and who gets it, with the events as they were written, so that deliveries need not read them again. */
function appended(
  deviceId: string,
  rows: readonly Row[],
  at: number,
  lastSeq: number,
  recipients: Recipients,
  onlyWebhook: number | undefined,
): Appended {
  const firstSeq = lastSeq - rows.length + 1
  const deliveries = rows.flatMap(({ id: eventId, type, payload, backfill }, place) => {
    const webhooks = recipients.get(type) ?? []
    if (webhooks.length === 0) return []
    const untried = { attempts: 0, nextAttemptAt: at, triedAt: 0, lastStatus: null, history: '[]' }
    const delivery = { eventId, deviceId, seq: firstSeq + place, type, payload, backfill, eventAt: at, ...untried }
    return webhooks.map((webhookId) => ({ webhookId, delivery }))
  })
  const single = onlyWebhook === undefined ? undefined : { webhookId: onlyWebhook, eventIds: rows.map(({ id }) => id) }
  return { deviceId, firstSeq, lastSeq, deliveries, ...(single && { single }) }
}

/** The event log over the database. Appending n events costs n + 1 statements, and one that reads for each type of event: who gets it. */
export function createEventLog(options: EventLogOptions): EventLog {
  const { database, clock = systemClock, webhooksEnabled = true, logged } = options
  const store = new EventStore(database)
  const planDeliveries = createDeliveryPlan(database, namedOnlyEvents)
  const subscribers = new Subscribers()
  const keyLog = new KeyLog(database)
  const others =
    options.bus &&
    new OtherNodes({
      ...{ database, bus: options.bus },
      deviceWoken: (deviceId) => subscribers.wake(deviceId),
      keyWoken: (apiKeyId, deviceId) => keyLog.appended(apiKeyId, deviceId),
    })

  const statements = (deviceId: string, events: readonly NewEvent[], plan?: PlanOptions): Statement[] => {
    if (events.length === 0) return []
    const at = clock.now()
    const rows = events.map(toRow)
    const onlyWebhook = plan?.onlyWebhook
    let lastSeq = 0
    const planned = (recipients: Recipients) =>
      subscribers.tellAll(deviceId, appended(deviceId, rows, at, lastSeq, recipients, onlyWebhook))
    const types = rows.map(({ type }) => type)
    const toPlan = webhooksEnabled ? planDeliveries(deviceId, types, { onlyWebhook, planned }) : []
    const append = store.append(deviceId, rows, at, (last, apiKeyId) => {
      lastSeq = last
      subscribers.wake(deviceId)
      keyLog.appended(apiKeyId, deviceId)
      others?.appended(apiKeyId, deviceId)
      if (logged) for (const type of types) logged(type, apiKeyId)
      if (webhooksEnabled && toPlan.length === 0) planned(new Map())
    })
    return [...append, ...toPlan]
  }

  const pageOf = async (scope: Scope, query: LogQuery) => {
    const apiKeyId = apiKeyOf(scope)
    if (apiKeyId === undefined) {
      const { events, isLast } = await store.read(scope, query)
      return { events: events.map((event) => toRecord(event, event.seq)), isLast }
    }
    const { events, isLast } = await keyLog.read(apiKeyId, query)
    return { events: events.map((event) => toRecord(event, event.position)), isLast }
  }

  /** The newest cursor; what has it, and what is before it, is there to be read. */
  const lastOf = async (scope: Scope): Promise<number> => {
    const apiKeyId = apiKeyOf(scope)
    return (await (apiKeyId === undefined ? store.bounds(scope) : keyLog.reached(apiKeyId))).last
  }

  return {
    statements,
    committed: (deviceId) => {
      subscribers.wake(deviceId)
      keyLog.changed()
      subscribers.tellAll(deviceId)
    },
    append: async (deviceId, events, plan) => {
      if (events.length > 0) await database.commit(statements(deviceId, events, plan), { lane: deviceId })
    },
    read: async (scope, query) => {
      const apiKeyId = apiKeyOf(scope)
      if (apiKeyId !== undefined) await keyLog.catchUp(apiKeyId)
      // With a filter, the last event that is found says little about how far the log goes.
      const seen = query.types?.length ? await lastOf(scope) : 0
      const { events, isLast } = await pageOf(scope, query)
      const found = events.at(-1)?.cursor ?? query.after
      return { events, isLast, readTo: isLast ? Math.max(found, seen) : found }
    },
    begin: async (scope, after) => {
      const apiKeyId = apiKeyOf(scope)
      const { prunedTo, last } = await (apiKeyId === undefined ? store.bounds(scope) : keyLog.bounds(apiKeyId))
      if (after === undefined) return { after: last, last }
      if (after > last) throw new AppError('cursor_ahead', undefined, { details: { newest_seq: last } })
      if (after > 0 && after < prunedTo) {
        throw new AppError('cursor_expired', undefined, { details: { oldest_after: prunedTo } })
      }
      return { after: Math.max(after, prunedTo), last }
    },
    subscribe: (scope, wake) => {
      const apiKeyId = apiKeyOf(scope)
      const leave = apiKeyId === undefined ? subscribers.add(scope, wake) : keyLog.subscribe(apiKeyId, wake)
      const unfollow = others?.follow(scope)
      return () => {
        leave()
        unfollow?.()
      }
    },
    onCommitted: (listener) => subscribers.addForAll(listener),
  }
}
