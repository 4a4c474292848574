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
  name: 'message.undecryptable',
  group: 'Messages',
  summary:
    'A message could not be read, or was not made available to this device. The sender was asked again where that helps.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    ...personFields('from', 'Who wrote it'),
    ...fields.chat,
    timestamp: fields.seconds,
    is_from_me: fields.fromMe,
    is_unavailable: z.boolean().describe('It will not arrive here'),
    unavailable_type: z.string().describe('blank or view_once'),
    fail_mode: z.string().describe('blank or hide'),
    reason: z.string().describe('Short cause'),
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    from: exampleJid,
    chat: exampleJid,
    timestamp: exampleSeconds,
    is_from_me: false,
    is_unavailable: true,
    unavailable_type: 'view_once',
    fail_mode: '',
    reason: 'not available on linked devices',
  },
  on: ['undecryptable'],
  repeats: 'Once for each message; `message.received` follows when the sender sends it again.',
  from: (device, item) => ({
    jid: ownNumber(device),
    message_id: item.id,
    ...person('from', item.sender),
    ...person('chat', item.chat),
    timestamp: unixSeconds(item.at),
    is_from_me: item.fromMe,
    is_unavailable: item.unavailable,
    unavailable_type: item.unavailableType,
    fail_mode: item.failMode,
    reason: item.reason,
  }),
})
