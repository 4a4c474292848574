import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'history.sync',
  group: 'History',
  summary: 'The phone delivered a chunk of history; its messages can be read from the chats.',
  schema: z.object({
    jid: fields.jid,
    sync_type: z
      .string()
      .describe('INITIAL_BOOTSTRAP, RECENT, FULL, ON_DEMAND, PUSH_NAME…; GROUP_HISTORY from a member of a group'),
    progress: z.int().describe('0-100'),
    conversation_count: z.int(),
    message_count: z.int(),
  }),
  example: { jid: exampleNumber, sync_type: 'RECENT', progress: 40, conversation_count: 12, message_count: 240 },
  on: ['history'],
  repeats: 'Once for each chunk: several times after linking.',
  from: (device, { complete, syncType, progress }) =>
    complete && {
      jid: ownNumber(device),
      sync_type: syncType,
      progress,
      conversation_count: complete.conversations,
      message_count: complete.messages,
    },
})
