import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { words } from '../../schemas/text.ts'

export default defineOperation({
  method: 'POST',
  path: '/integrations/chatwoot/webhook/{hook}',
  auth: 'none',
  summary: 'Where Chatwoot calls the bridge',
  description:
    'Set at the inbox by `POST /integrations/chatwoot`; nobody else needs it. The last part of the address is a secret. What an agent wrote is stored before the answer and sent after it, once, however often Chatwoot calls. Events that are not known here are passed over.',
  params: z.object({
    hook: z
      .string()
      .regex(/^[A-Za-z0-9_-]{32}$/)
      .meta({ description: 'Secret of the bridge', examples: ['Yb3kQ9pTz1sVwXc5dEfG7hJ8kLmN2oPq'] }),
  }),
  body: z
    .looseObject({ event: words(100).meta({ description: 'What happened', examples: ['message_created'] }) })
    .describe('As Chatwoot sends it'),
  message: 'Taken',
  errors: ['chatwoot_not_found', 'chatwoot_paused'],
  async run({ chatwoot }, { params, body }) {
    await chatwoot.hear(params.hook, body)
  },
})
