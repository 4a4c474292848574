import { z } from 'zod'
import { EventName } from '../../events/event-names.ts'
import { Instant } from '../../schemas/instant.ts'
import { NumericId } from '../../schemas/numeric-id.ts'
import { words } from '../../schemas/text.ts'
import type { WebhookView } from '../../webhooks/webhooks.ts'

export const WebhookPath = z.object({ webhook_id: NumericId.meta({ description: 'Number of the webhook.' }) })

export const WebhookUrl = words(2048).meta({
  description: 'https URL with a public host and no credentials in it.',
  examples: ['https://example.com/hook'],
})

export const EventFilter = z
  .array(EventName)
  .max(200)
  .transform((names) => [...new Set(names)])
  .meta({ description: 'Events to deliver, by exact name; an empty list means all.' })

export const WebhookSecret = z.string().min(16).max(256)

/** A webhook as its owner sees it. The secret is not among it: it was shown when it was made. */
export const Webhook = z
  .object({
    id: z.int().describe('Same as webhook_id'),
    webhook_id: z.int(),
    device_id: z
      .string()
      .optional()
      .describe('The device with the events; absent for a webhook of an API key, which gets those of all devices'),
    url: z.string(),
    events: z.array(z.string()).describe('Empty means all'),
    active: z.boolean(),
    disabled_reason: z
      .string()
      .nullable()
      .describe('Why the gateway switched it off: gone (it answered 410) or failing (for five days)'),
    failing_since: Instant.nullable().describe('Since when every attempt has failed'),
    previous_secret_until: Instant.nullable().describe('Until when the secret before the last rotation signs too'),
    format: z.string().optional().meta({
      description: 'Of a webhook that was registered by a call of another product: in whose form it gets events',
      examples: [],
    }),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Webhook' })

export const webhookView = (webhook: WebhookView): z.input<typeof Webhook> => ({
  id: webhook.id,
  webhook_id: webhook.id,
  ...(webhook.deviceId !== null && { device_id: webhook.deviceId }),
  url: webhook.url,
  events: [...webhook.events],
  active: webhook.active,
  disabled_reason: webhook.disabledReason,
  failing_since: webhook.failingSince,
  previous_secret_until: webhook.previousSecretUntil,
  ...(webhook.format !== null && { format: webhook.format }),
  created_at: webhook.createdAt,
  updated_at: webhook.updatedAt,
})
