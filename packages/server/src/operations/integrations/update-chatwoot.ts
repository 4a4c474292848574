import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ChatwootBridge, ChatwootOptions, ChatwootToken } from '../../schemas/chatwoot.ts'
import { bridgeView, givenOptions } from './chatwoot-view.ts'

export default defineOperation({
  method: 'PATCH',
  path: '/integrations/chatwoot',
  auth: 'device',
  summary: 'Change the bridge to Chatwoot, pause it, or resume it',
  description:
    'What is left out stays as it is. While it is paused, messages from WhatsApp wait in the event log, and what agents write is refused, so that they see that it was not sent. Resuming carries over what waited. A new token resumes what had stopped because of the old one.',
  body: z.object({
    options: ChatwootOptions.partial().optional(),
    paused: z.boolean().optional(),
    api_access_token: ChatwootToken.optional().meta({ examples: [] }),
  }),
  response: ChatwootBridge,
  message: 'Bridge changed',
  errors: ['chatwoot_not_found', 'chatwoot_refused', 'chatwoot_unreachable'],
  async run({ chatwoot, principal }, { body: { options, paused, api_access_token: token } }) {
    const change = {
      ...(options && { options: givenOptions(options) }),
      ...(paused !== undefined && { paused }),
      ...(token !== undefined && { token }),
    }
    return bridgeView(await chatwoot.change(principal.deviceId, change))
  },
})
