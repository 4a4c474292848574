import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { unansweredAbility } from '../../kit/needs.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'

export default defineOperation({
  method: 'POST',
  path: '/presence/subscribe',
  auth: 'device',
  summary: 'Hear when a person is online',
  description:
    'It comes as `presence.update`, and lasts over reconnects and restarts until `DELETE /presence/subscribe`. WhatsApp sends the presence of others only while the account itself is shown as online.',
  body: z.object({ jid: PersonAddress }),
  needs: { presence: unansweredAbility('presence') },
  errors: ['invalid_jid', 'invalid_phone'],
  async run({ contactBook, messages, principal }, { body }) {
    const { deviceId } = principal
    await contactBook.subscribe(deviceId, await messages.reachChat(deviceId, body.jid))
    return undefined
  },
})
