import { rfc3339 } from '../events/fields.ts'
import type { EventRecord } from './event-log.ts'

/** Version of the shape of events. It rises only when a reader of the old shape would go wrong. */
const version = 1

/** An event as every reader gets it: the contract's four fields first, then ours. */
export const eventView = (event: Omit<EventRecord, 'cursor' | 'payloadText'>) => ({
  event_type: event.type,
  device_id: event.deviceId,
  timestamp: rfc3339(event.createdAt),
  data: event.payload,
  id: event.id,
  seq: event.seq,
  version,
  ...(event.backfill && { backfill: true as const }),
})

/** The same as JSON text, of a payload that already is text: it is not parsed on its way to an endpoint or a live reader. */
export function eventText(event: Omit<EventRecord, 'payload' | 'cursor'>): string {
  const { type, deviceId, createdAt, payloadText: payload, id, seq, backfill } = event
  const tail = backfill ? ',"backfill":true}' : '}'
  return `{"event_type":${JSON.stringify(type)},"device_id":"${deviceId}","timestamp":"${rfc3339(createdAt)}","data":${payload},"id":"${id}","seq":${seq},"version":${version}${tail}`
}
