import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { statusChat } from '../fields.ts'
import { postExample, postFields, postOf } from './post-fields.ts'

export default defineEvent({
  name: 'status.deleted',
  group: 'Status',
  summary: 'A status post was deleted.',
  schema: z.object(postFields),
  example: postExample,
  on: ['message_deleted'],
  from: (device, source) => (source.chat.jid === statusChat ? postOf(device, source.messageId, source) : undefined),
})
