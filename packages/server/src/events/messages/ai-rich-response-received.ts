import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import {
  exampleJid,
  exampleMessageId,
  exampleNumber,
  exampleSeconds,
  fields,
  ownNumber,
  unixSeconds,
} from '../fields.ts'

export default defineEvent({
  name: 'message.ai_rich_response',
  group: 'Messages',
  summary: 'An assistant answered in parts: text, code, tables; message.received is raised before it, with the text.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    ...personFields('from', 'Who wrote it, or sent it on'),
    ...fields.chat,
    timestamp: fields.seconds,
    is_from_me: fields.fromMe,
    message_type: z.string().describe('WhatsApp’s name of its kind'),
    message_type_value: z.int().describe('WhatsApp’s number of its kind'),
    submessage_count: z.int().describe('Of how many parts it is made'),
    has_unified_response: z.boolean(),
    has_context_info: z.boolean(),
    rich_response: z.record(z.string(), z.unknown()).describe('All of it, by WhatsApp’s own names; bytes are base64'),
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    from: exampleJid,
    chat: exampleJid,
    timestamp: exampleSeconds,
    is_from_me: false,
    message_type: 'AI_RICH_RESPONSE_TYPE_STANDARD',
    message_type_value: 1,
    submessage_count: 1,
    has_unified_response: false,
    has_context_info: false,
    rich_response: {
      messageType: 'AI_RICH_RESPONSE_TYPE_STANDARD',
      submessages: [{ messageType: 'AI_RICH_RESPONSE_TEXT', messageText: 'Berlin has 3.9 million inhabitants.' }],
    },
  },
  on: ['message'],
  after: 'message.received',
  from: (device, item) => {
    const { richResponse: rich } = item.view
    return (
      rich && {
        jid: ownNumber(device),
        message_id: item.id,
        ...person('from', item.sender),
        ...person('chat', item.chat),
        timestamp: unixSeconds(item.at),
        is_from_me: item.fromMe,
        message_type: rich.kind,
        message_type_value: rich.kindNumber,
        submessage_count: rich.parts,
        has_unified_response: rich.unified,
        has_context_info: rich.hasContext,
        rich_response: { ...rich.fields },
      }
    )
  },
})
