import { eventText } from '../eventlog/event-view.ts'
import type { PendingDelivery } from '../storage/delivery-store.ts'
import type { AttemptRequest } from './attempt.ts'
import type { Target } from './directory.ts'
import { signatureHeaders } from './sign.ts'

interface Settings {
  readonly userAgent: string
  /** Unix ms */
  readonly now: number
}

/** The body of each event that is under way: the same for every webhook and every attempt. */
const bodies = new WeakMap<PendingDelivery, Buffer>()

function bodyOf(delivery: PendingDelivery): Buffer {
  const known = bodies.get(delivery)
  if (known) return known
  const { eventId: id, eventAt: createdAt, type, deviceId, seq, payload: payloadText, backfill } = delivery
  const body = Buffer.from(eventText({ id, createdAt, type, deviceId, seq, payloadText, backfill }))
  bodies.set(delivery, body)
  return body
}

/** What is posted for a delivery, signed for this attempt. */
export function attemptRequest(target: Target, delivery: PendingDelivery, settings: Settings): AttemptRequest {
  const { userAgent, now } = settings
  const body = bodyOf(delivery)
  const previous = target.previous && target.previousUntil > now ? [target.previous] : []
  const timestamp = Math.floor(now / 1000)
  const message = { eventId: delivery.eventId, eventType: delivery.type, body, timestamp }
  const headers = {
    'content-type': 'application/json',
    'user-agent': userAgent,
    ...signatureHeaders(message, [target.newest, ...previous]),
  }
  return { origin: target.origin, path: target.path, body, headers, now }
}
