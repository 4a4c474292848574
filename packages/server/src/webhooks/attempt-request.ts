import { eventText } from '../eventlog/event-view.ts'
import type { PendingDelivery } from '../storage/delivery-store.ts'
import type { AttemptRequest } from './attempt.ts'
import type { Target } from './directory.ts'
import { signatureHeaders } from './sign.ts'

interface Settings {
  readonly userAgent: string
  readonly timeoutMs: number
  /** Unix ms */
  readonly now: number
}

/** What is posted for a delivery, signed for this attempt. */
export function attemptRequest(target: Target, delivery: PendingDelivery, settings: Settings): AttemptRequest {
  const { userAgent, timeoutMs, now } = settings
  const event = { ...delivery, id: delivery.eventId, createdAt: delivery.eventAt }
  const body = Buffer.from(eventText(event))
  const previous = target.previous && target.previousUntil > now ? [target.previous] : []
  const timestamp = Math.floor(now / 1000)
  const message = { eventId: delivery.eventId, eventType: delivery.type, body, timestamp }
  const headers = {
    'content-type': 'application/json',
    'user-agent': userAgent,
    ...signatureHeaders(message, [target.newest, ...previous]),
  }
  return { url: target.url, body, headers, timeoutMs, now }
}
