import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { Message } from '../../schemas/message.ts'
import { MessageId } from '../../schemas/message-id.ts'
import { person, personFields } from '../../schemas/person.ts'
import { messageView } from './views.ts'

export default defineOperation({
  method: 'GET',
  path: '/messages/{message_id}',
  auth: 'device',
  summary: 'A message, its state and what happened to it',
  params: z.object({ message_id: MessageId }),
  response: Message.extend({
    history: z
      .array(
        z.object({
          status: z.string(),
          ...personFields('actor', 'Who produced the receipt; blank for the own steps'),
          reason: z.string().nullable(),
          at: Instant,
        }),
      )
      .describe('Oldest first'),
  }),
  errors: ['message_not_found'],
  async run({ messages, principal, baseUrl }, { params }) {
    const found = await messages.get(principal.deviceId, params.message_id)
    if (!found) throw new AppError('message_not_found')
    return {
      ...messageView(found.message, baseUrl),
      history: found.history.map(({ state, actor = { jid: '' }, reason, at }) => ({
        status: state,
        ...person('actor', actor),
        reason,
        at,
      })),
    }
  },
})
