import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { limit } from '../../schemas/limit.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { Delivery, deliveryView } from './delivery-shapes.ts'
import { WebhookPath } from './webhook-shapes.ts'

/** A `seq`, or the id of an event. */
const Place = z.string().regex(/^(\d{1,15}|evt_[0-9A-Za-z]{1,64})$/)

const states = { success: 'success', failed: 'dead', pending: 'pending' } as const

/** @throws AppError invalid_request for the place of a webhook of the other kind */
const placeOf = (text: string, ofDevice: boolean): number | string => {
  if (text.startsWith('evt_') === ofDevice) {
    throw refusedField('query.before', `is ${ofDevice ? 'a number' : 'the id of an event'} here`)
  }
  return ofDevice ? Number(text) : text
}

export default defineOperation({
  method: 'GET',
  path: '/webhooks/{webhook_id}/logs',
  auth: 'owner',
  summary: 'Deliveries of a webhook and their outcome, newest first',
  description:
    'With `status=failed` these are the dead letters. Kept for WEBHOOK_DELIVERY_RETENTION_DAYS. A page ends after `limit` deliveries or about 1 MiB; give `next_before` back as `before` to continue.',
  params: WebhookPath,
  query: z.object({
    limit: limit(100, 500),
    before: Place.optional().describe(
      '`next_before` of the page before: only older deliveries. Of a webhook of a device it is the `id` of a delivery, of one of an API key its `event_id`.',
    ),
    status: z.enum(['success', 'failed', 'pending']).optional(),
  }),
  response: z.object({
    logs: z.array(Delivery),
    next_before: z
      .union([z.int(), z.string()])
      .optional()
      .describe(
        '`id` of the last one, or `event_id` where the webhook is that of an API key; absent when there is none',
      ),
  }),
  errors: ['webhook_not_found'],
  async run({ webhooks, principal }, { params, query }) {
    const ofDevice = principal.kind === 'device'
    const before = query.before === undefined ? undefined : placeOf(query.before, ofDevice)
    const logs = await webhooks.logs(scopeOf(principal), params.webhook_id, {
      limit: query.limit,
      before,
      state: query.status && states[query.status],
    })
    const last = logs.at(-1)
    return { logs: logs.map(deliveryView), ...(last && { next_before: ofDevice ? last.seq : last.eventId }) }
  },
})
