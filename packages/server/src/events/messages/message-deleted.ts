import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'message.deleted',
  group: 'Messages',
  summary: 'A message was deleted for everyone.',
  schema: z.object({
    message_id: z.string().describe('Id of the deleted message'),
    ...personFields('from', 'Who had sent the deleted message'),
    ...fields.chat,
    timestamp: fields.seconds,
    ...personFields('deleted_by', 'Who deleted it: the sender, or an admin of the group'),
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
  on: ['message_deleted'],
  from: (_device, source) => ({
    message_id: source.messageId,
    ...person('from', source.from),
    ...person('chat', source.chat),
    timestamp: unixSeconds(source.at),
    ...person('deleted_by', source.sender),
    is_from_me: source.fromMe,
  }),
})
