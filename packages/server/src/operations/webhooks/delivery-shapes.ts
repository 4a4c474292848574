import { z } from 'zod'
import { Instant } from '../../schemas/instant.ts'
import type { DeliveryLog } from '../../webhooks/webhooks.ts'

const Attempt = z.object({
  attempt: z.int(),
  response_status: z.int().nullable().describe('Absent answer: null'),
  error: z.string().nullable(),
  response: z.string().nullable(),
  latency_ms: z.int(),
  at: Instant,
})

/** What became of one event at one webhook. */
export const Delivery = z
  .object({
    id: z.int().describe('Place of the event in the log of its device'),
    webhook_id: z.int(),
    device_id: z.string(),
    event_id: z.string(),
    event_type: z.string(),
    seq: z.int(),
    status: z
      .enum(['pending', 'retrying', 'success', 'failed'])
      .describe('failed: a dead letter, to be redelivered by hand'),
    attempt_count: z.int(),
    last_error: z.string().nullable(),
    response_status: z.int().nullable().describe('HTTP status of the last answer'),
    response: z
      .string()
      .nullable()
      .describe('First 1024 bytes of the last answer; null also where content is sealed (SWITCHBOARD_SEAL_CONTENT)'),
    latency_ms: z.int().nullable(),
    next_attempt_at: Instant.nullable(),
    created_at: Instant,
    updated_at: Instant,
    attempts: z.array(Attempt).describe('Each attempt, unless the first one succeeded'),
  })
  .meta({ id: 'Delivery' })

const statusOf = (delivery: DeliveryLog): 'pending' | 'retrying' | 'success' | 'failed' => {
  if (delivery.state === 'dead') return 'failed'
  return delivery.state === 'pending' && delivery.attempts > 0 ? 'retrying' : delivery.state
}

export const deliveryView = (delivery: DeliveryLog): z.input<typeof Delivery> => ({
  id: delivery.seq,
  webhook_id: delivery.webhookId,
  device_id: delivery.deviceId,
  event_id: delivery.eventId,
  event_type: delivery.type,
  seq: delivery.seq,
  status: statusOf(delivery),
  attempt_count: delivery.attempts,
  last_error: delivery.error,
  response_status: delivery.status,
  response: delivery.response,
  latency_ms: delivery.latencyMs,
  next_attempt_at: delivery.state === 'pending' ? delivery.nextAttemptAt : null,
  created_at: delivery.createdAt,
  updated_at: delivery.updatedAt,
  attempts: delivery.history.map(({ attempt, status, error, response, latencyMs, at }) => ({
    attempt,
    response_status: status,
    error,
    response,
    latency_ms: latencyMs,
    at,
  })),
})
