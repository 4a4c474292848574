import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { refusedField } from '../../errors/refused-field.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { WebhookPath } from './webhook-shapes.ts'

const Seq = z.int().min(1)
const most = 10_000

export default defineOperation({
  method: 'POST',
  path: '/webhooks/{webhook_id}/replay',
  auth: 'owner',
  summary: 'Deliver a range of the event log of a device again',
  description: 'Within the filter of the webhook; also events from before it was made.',
  params: WebhookPath,
  body: z
    .object({
      device_id: z
        .string()
        .max(100)
        .optional()
        .describe('The device of the events. Needed with an API key; left out with the token of a device.'),
      from_seq: Seq.describe('First event of the range'),
      to_seq: Seq.describe('Last event of the range; at most 10 000 events at once'),
    })
    .refine(({ from_seq, to_seq }) => to_seq >= from_seq && to_seq - from_seq < most, {
      path: ['to_seq'],
      message: `is not among the ${most} events from from_seq on`,
    }),
  response: z.object({ queued: z.int() }),
  message: 'Deliveries queued',
  errors: ['webhook_not_found', 'webhook_inactive', 'device_not_found', 'cursor_ahead'],
  async run({ webhooks, eventLog, principal }, { params, body }) {
    const deviceId = body.device_id?.toLowerCase() ?? (principal.kind === 'device' ? principal.deviceId : undefined)
    await webhooks.get(scopeOf(principal), params.webhook_id)
    if (deviceId === undefined) throw refusedField('body.device_id', 'is needed with an API key')
    const range = { deviceId, from: body.from_seq, to: body.to_seq }
    const queued = await webhooks.replay(scopeOf(principal), params.webhook_id, range)
    const { last } = await eventLog.begin(deviceId, undefined)
    if (body.from_seq > last) throw new AppError('cursor_ahead', undefined, { details: { newest_seq: last } })
    return { queued }
  },
})
