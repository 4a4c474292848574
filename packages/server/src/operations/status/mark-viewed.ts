import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { unansweredAbility } from '../../kit/needs.ts'
import { MessageId } from '../../schemas/message-id.ts'

export default defineOperation({
  method: 'POST',
  path: '/status/{post_id}/viewed',
  auth: 'device',
  summary: 'Tell the author of a status post that it was seen',
  description: 'No other request does this. The account’s privacy setting for read receipts applies here too.',
  params: z.object({ post_id: MessageId }),
  needs: { messaging: unansweredAbility('messaging') },
  errors: ['message_not_found'],
  async run({ statuses, principal }, { params }) {
    await statuses.view(principal.deviceId, params.post_id)
    return undefined
  },
})
