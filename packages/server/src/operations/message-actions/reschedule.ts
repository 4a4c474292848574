import { z } from 'zod'
import { messageAct } from '../../kit/presets.ts'
import { checkSendAt, SendAt } from '../../schemas/send-options.ts'

export default messageAct({
  method: 'PATCH',
  path: '/messages/{message_id}/schedule',
  summary: 'Give a scheduled message another time',
  description: '`POST /messages/{message_id}/cancel` takes it back altogether.',
  body: z.object({ send_at: SendAt }),
  errors: ['message_not_scheduled'],
  async run({ messages, principal, message, clock }, { send_at }) {
    await messages.reschedule(principal.deviceId, message.id, checkSendAt(send_at, clock.now())!)
    return undefined
  },
})
