import { z } from 'zod'
import { durationSteps, quantileOf } from '../../observe/durations.ts'
import { type Attention, attentionKinds } from '../../overview/attention.ts'
import type { Overview } from '../../overview/overview.ts'
import { DeviceId } from '../../schemas/device-id.ts'
import { Instant } from '../../schemas/instant.ts'

/** How many seconds about half and 95 of 100 took. */
export const durationShape = (of: string) =>
  z.object({
    count: z.int().describe(of),
    p50_seconds: z.number().nullable().describe('Half of them took no longer; null when there was none'),
    p95_seconds: z.number().nullable().describe('95 of 100 took no longer; null when there was none'),
  })

export const durationView = (counts: readonly number[]) => ({
  count: counts.reduce((sum, count) => sum + count, 0),
  p50_seconds: quantileOf(counts, 0.5),
  p95_seconds: quantileOf(counts, 0.95),
})

/** The steps of a histogram: how many were within each. */
export const histogramView = (counts: readonly number[]) =>
  counts.map((count, step) => ({ up_to_seconds: durationSteps[step] ?? null, count }))

const AttentionEntry = z
  .object({
    kind: z.enum(attentionKinds),
    text: z.string().meta({ examples: ['The link to the account was removed.'] }),
    since: Instant.nullable(),
    until: Instant.nullable().describe('When it ends by itself'),
    next_action: z
      .object({ code: z.string(), text: z.string() })
      .meta({ examples: [{ code: 'login', text: 'Link the device with POST /devices/me/login.' }] }),
    device_id: DeviceId.optional().describe('The device that it is about'),
    device_name: z.string().optional(),
    webhook_id: z.int().optional().describe('The webhook that it is about'),
    webhook_host: z
      .string()
      .optional()
      .meta({ examples: ['example.com'] }),
    api_key_id: z.int().optional(),
    customer_name: z.string().optional(),
  })
  .meta({ id: 'AttentionEntry' })

const Waiting = z.object({
  count: z.int().describe('Counted up to 100000'),
  oldest_at: Instant.nullable().describe('Since when the oldest waits'),
})

export const OverviewShape = z.object({
  devices: z.object({
    total: z.int(),
    active: z.int().describe('Connected, as stored'),
    disconnected: z.int(),
    logged_out: z.int(),
    pending: z.int().describe('Never linked'),
    states: z.record(z.string(), z.int()).meta({
      description: 'Devices that this process works with, by session state',
      examples: [{ open: 12, connecting: 1 }],
    }),
  }),
  messages: z
    .array(z.object({ minutes: z.int(), received: z.int(), sent: z.int(), failed: z.int() }))
    .describe('Of the last 1, 5 and 60 minutes, counted in memory since the start of the process'),
  sends: Waiting.describe('Messages that are accepted and not sent yet; scheduled ones are not among them'),
  webhooks: z.object({
    working: z.int(),
    failing: z.int().describe('Every attempt fails'),
    off: z.int(),
    pending: Waiting.describe('Events that an active webhook has not got'),
    dead_letters: z.int().describe('Counted up to 100000'),
    lag: durationShape('Deliveries of the last hour').describe('From the event until a webhook took it'),
    latency: durationShape('Requests of the last hour').describe('How long requests to webhooks took'),
  }),
  attention: z
    .array(AttentionEntry)
    .describe('What a person should look at, the server first; of each kind the newest hundred at most'),
})

const attentionView = (each: Attention): z.input<typeof AttentionEntry> => ({
  kind: each.kind,
  text: each.text,
  since: each.since ?? null,
  until: each.until ?? null,
  next_action: each.nextAction,
  ...(each.device && { device_id: each.device.id, device_name: each.device.name }),
  ...(each.webhook && { webhook_id: each.webhook.id, webhook_host: each.webhook.host }),
  ...(each.apiKeyId !== undefined && { api_key_id: each.apiKeyId, customer_name: each.customerName }),
})

const waiting = ({ count, oldestAt }: { count: number; oldestAt: number | null }) => ({ count, oldest_at: oldestAt })

export const overviewView = ({ devices, states, traffic, backlog, webhooks, attention }: Overview) => {
  const { active = 0, disconnected = 0, logged_out = 0, pending = 0 } = devices
  return {
    devices: { total: active + disconnected + logged_out + pending, active, disconnected, logged_out, pending, states },
    messages: traffic.map(({ minutes, counts }) => ({ minutes, ...counts })),
    sends: waiting(backlog.outbox),
    webhooks: {
      ...backlog.webhooks,
      pending: waiting(backlog.deliveries),
      dead_letters: backlog.deadLetters,
      lag: durationView(webhooks.lag),
      latency: durationView(webhooks.latency),
    },
    attention: attention.map(attentionView),
  }
}
