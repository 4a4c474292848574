import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { MessageType } from '../../schemas/message-type.ts'
import { exampleMessageId, exampleNumber, exampleSeconds, fields, ownNumber, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'newsletter.message_received',
  group: 'Newsletters',
  summary:
    'A post came in a channel, or a new version of one. message.received is raised as well, and message.deleted for a post that was taken back.',
  schema: z.object({
    jid: fields.jid,
    message_id: z.string().describe('Id of the post, of a new version too'),
    server_id: z.int().optional().describe('Number of the post in its channel: reactions, views and comments name it'),
    chat: z.string().describe('Address of the channel'),
    timestamp: fields.seconds,
    is_edit: z.boolean(),
    is_status: z.boolean().optional().describe('It is a status of the channel, which ends after a day'),
    is_from_me: fields.fromMe,
    type: MessageType,
    text: z.string().optional().describe('Text or caption'),
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    server_id: 104,
    chat: '120363012345678901@newsletter',
    timestamp: exampleSeconds,
    is_edit: false,
    is_from_me: false,
    type: 'text',
    text: 'What is new',
  },
  on: ['message'],
  after: 'message.received',
  from(device, { chat, view, id, at, fromMe, channel }) {
    if (!chat.jid.endsWith('@newsletter') || view.type === 'revoke') return undefined
    const isEdit = view.type === 'edit'
    return {
      jid: ownNumber(device),
      message_id: isEdit ? (view.target?.id ?? id) : id,
      server_id: channel?.serverId,
      chat: chat.jid,
      timestamp: unixSeconds(at),
      is_edit: isEdit,
      is_status: channel?.isStatus,
      is_from_me: fromMe,
      type: view.type,
      text: view.text,
    }
  },
})
