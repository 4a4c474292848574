import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'message.deleted',
  group: 'Messages',
  summary: 'A message was deleted for everyone.',
  schema: z.object({
    message_id: z.string().describe('Id of the deleted message'),
    from: z.string().describe('Who had sent the deleted message'),
    chat: fields.chat,
    timestamp: fields.seconds,
    deleted_by: z.string().describe('Who deleted it: the sender, or an admin of the group'),
    is_from_me: fields.fromMe,
  }),
  example: {
    message_id: exampleMessageId,
    from: exampleJid,
    chat: exampleJid,
    timestamp: exampleSeconds,
    deleted_by: exampleJid,
    is_from_me: false,
  },
  on: ['message'],
  from: (_device, item) => {
    if (item.view.type !== 'revoke' || !item.view.target) return undefined
    return {
      message_id: item.view.target.id,
      from: item.view.target.sender ?? item.sender.jid,
      chat: item.chat.jid,
      timestamp: unixSeconds(item.at),
      deleted_by: item.sender.jid,
      is_from_me: item.fromMe,
    }
  },
})
