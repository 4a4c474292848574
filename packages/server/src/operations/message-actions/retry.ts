import { z } from 'zod'
import { Accepted } from '../../kit/define-operation.ts'
import { messageAct } from '../../kit/presets.ts'

export default messageAct({
  method: 'POST',
  path: '/messages/{message_id}/retry',
  summary: 'Send a message again that failed or expired',
  description:
    'It is queued under its id: nobody gets it twice, however often this is asked for. One with the state `unknown` may have arrived and is not sent again.',
  response: z.object({
    message_id: z.string().meta({ examples: ['3EB0C431C26A1916E07E'] }),
    status: z.enum(['queued', 'scheduled']).describe('scheduled: it waits for the end of quiet hours, or for tomorrow'),
  }),
  mayTakeLonger: true,
  errors: ['message_not_retryable', 'device_not_linked', 'device_not_connected', 'rate_limited'],
  async run({ messages, principal, message }) {
    const status = await messages.retry(principal.deviceId, message.id)
    return new Accepted({ message_id: message.id, status })
  },
})
