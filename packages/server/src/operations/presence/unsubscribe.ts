import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/presence/subscribe',
  auth: 'device',
  destructive: false,
  summary: 'No longer hear when a person is online',
  description: 'WhatsApp has no word for it: what is under way ends with the connection, and is not begun again.',
  body: z.object({ jid: PersonAddress }),
  errors: ['invalid_jid', 'invalid_phone'],
  async run({ contactBook, messages, principal }, { body }) {
    const { deviceId } = principal
    await contactBook.unsubscribe(deviceId, await messages.resolveChat(deviceId, body.jid))
    return undefined
  },
})
