import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import {
  exampleJid,
  exampleMessageId,
  exampleNumber,
  exampleSeconds,
  fields,
  ownNumber,
  statusChat,
  unixSeconds,
} from '../fields.ts'

export default defineEvent({
  name: 'status.viewed',
  group: 'Status',
  summary: 'Somebody looked at a status post of the own account.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    chat: fields.chat,
    sender: z.string().describe('Who looked'),
    timestamp: fields.seconds,
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    chat: statusChat,
    sender: exampleJid,
    timestamp: exampleSeconds,
  },
  on: ['receipt'],
  from: (device, receipt) =>
    receipt.type === 'read' && receipt.chat.jid === statusChat
      ? receipt.messageIds.map((id) => ({
          jid: ownNumber(device),
          message_id: id,
          chat: receipt.chat.jid,
          sender: receipt.sender.jid,
          timestamp: unixSeconds(receipt.at),
        }))
      : undefined,
})
