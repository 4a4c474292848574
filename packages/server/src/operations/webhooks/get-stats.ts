import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { scopeOf } from '../../tenants/principals.ts'
import { durationShape, durationView, histogramView } from '../admin/overview-shapes.ts'
import { WebhookPath } from './webhook-shapes.ts'

const Steps = z
  .array(
    z.object({
      up_to_seconds: z
        .number()
        .nullable()
        .describe('Upper end of the step; null in the last one: longer than all others'),
      count: z.int().describe('How many took longer than the step before and not longer than this'),
    }),
  )
  .describe('A histogram')

export default defineOperation({
  method: 'GET',
  path: '/webhooks/{webhook_id}/stats',
  auth: 'owner',
  summary: 'How well a webhook took its deliveries in the last hour',
  description:
    'Counted in memory: it begins anew when the server starts. The attempts themselves are in `GET /webhooks/{webhook_id}/logs`.',
  params: WebhookPath,
  response: z.object({
    webhook_id: z.int(),
    attempts: z.int().describe('Requests of the last hour'),
    delivered: z.int().describe('Those that were answered with 2xx'),
    failed: z.int().describe('Those that got another answer, or none'),
    success_rate: z.number().nullable().describe('Share of the requests that succeeded, 0 to 1; null without any'),
    latency: durationShape('Requests of the last hour').extend({ steps: Steps }).describe('How long requests took'),
    lag: durationShape('Deliveries of the last hour')
      .extend({ steps: Steps })
      .describe('From the event until the webhook took it'),
  }),
  errors: ['webhook_not_found'],
  async run({ webhooks, activity, principal }, { params: { webhook_id } }) {
    // Whoever may not see it gets no number of it.
    await webhooks.get(scopeOf(principal), webhook_id)
    const { delivered, failed, latency, lag } = activity.webhooks({ webhook: webhook_id })
    const attempts = delivered + failed
    return {
      ...{ webhook_id, attempts, delivered, failed },
      success_rate: attempts === 0 ? null : delivered / attempts,
      latency: { ...durationView(latency), steps: histogramView(latency) },
      lag: { ...durationView(lag), steps: histogramView(lag) },
    }
  },
})
