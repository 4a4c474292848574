import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { answerIn } from '../../kit/send-act.ts'
import { messageRefusals } from '../../messages/refusals.ts'
import { ReactionEmoji } from '../../schemas/emoji.ts'
import { MessageId } from '../../schemas/message-id.ts'

const waitMs = 20_000

export default defineOperation({
  method: 'POST',
  path: '/status/{post_id}/reaction',
  auth: 'device',
  summary: 'React to a status post of somebody else, change the reaction, or take it back',
  description:
    'Only the author sees it. Answers 200 when WhatsApp took it over, and 202 when that takes longer than 20 seconds.',
  params: z.object({ post_id: MessageId }),
  body: z.object({ emoji: ReactionEmoji }),
  response: z.object({
    message_id: z.string().describe('Of the reaction'),
    status: z.string().meta({ description: 'State of the reaction', examples: ['sent'] }),
  }),
  idempotent: true,
  mayTakeLonger: true,
  refusals: messageRefusals,
  errors: ['message_not_found', 'device_not_connected', 'device_not_linked', 'whatsapp_rate_limited', 'whatsapp_error'],
  async run({ statuses, principal, messageId }, { params, body }) {
    const sent = await statuses.react(principal.deviceId, params.post_id, { emoji: body.emoji, messageId, waitMs })
    const data = { message_id: sent.messageId, status: sent.state }
    return answerIn(sent.state, data)
  },
})
