import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { described, sendWith } from '../../kit/send-act.ts'
import { GroupAddress } from '../../schemas/chat-address.ts'
import { sendOptions } from '../../schemas/send-options.ts'
import { SentMessage } from '../../schemas/sent-message.ts'
import { text } from '../../schemas/text.ts'

export default defineOperation({
  ...described,
  method: 'PATCH',
  path: '/groups/{group_jid}/member-label',
  auth: 'device',
  summary: 'Give the own account a label in a group',
  description:
    'The members see it next to the name of the account. It is sent as a message: the answer has its id and state, and 202 when it takes longer than `wait` seconds (20). With an `Idempotency-Key`, repeating the request never sends twice.',
  params: z.object({ group_jid: GroupAddress }),
  body: z.object({
    label: text(30)
      .describe('Blank takes it away')
      .meta({ examples: ['Support'] }),
    wait: sendOptions.wait,
  }),
  response: SentMessage,
  errors: ['invalid_jid', 'device_not_connected', 'device_not_linked', 'whatsapp_rate_limited', 'whatsapp_error'],
  run(context, { params, body }) {
    const options = { wait: body.wait, typing_simulation: false, presence_simulation: false }
    const content = { type: 'member_label', label: body.label.trim() } as const
    return sendWith(context, { chat: params.group_jid, options }, content)
  },
})
