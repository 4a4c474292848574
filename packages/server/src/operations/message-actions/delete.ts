import { isGroupJid } from '@switchboard/engine'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { isOwnAdmin } from '../../groups/is-own-admin.ts'
import { changeAct } from '../../kit/send-act.ts'
import { targetOf } from '../../messages/check-target.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'
import { OwnMessageId } from '../../schemas/message-id.ts'

export default changeAct({
  method: 'DELETE',
  path: '/messages/{message_id}',
  summary: 'Take a message back for everybody',
  id: OwnMessageId,
  body: z.object({ sender_jid: PersonAddress.optional().describe('Who wrote it. It need not be said.') }),
  errors: ['not_own_message', 'not_group_admin', 'whatsapp_timeout'],
  async content(message, { sender_jid: named }, { messages, sessions, principal }) {
    const { deviceId } = principal
    const target = targetOf(message)
    if (named !== undefined && (await messages.resolveChat(deviceId, named)) !== message.sender.jid) {
      throw new AppError('message_not_found', 'Another person wrote the message with this id')
    }
    if (message.fromMe) return { type: 'revoke', target }
    if (!isGroupJid(message.chat.jid)) throw new AppError('not_own_message')
    if (!(await isOwnAdmin(sessions, deviceId, message.chat.jid))) throw new AppError('not_group_admin')
    return { type: 'revoke', target }
  },
})
