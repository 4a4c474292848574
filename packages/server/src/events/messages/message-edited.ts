import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'message.edited',
  group: 'Messages',
  summary: 'A message was edited by its author; message.received is raised as well, for the edit itself.',
  schema: z.object({
    message_id: z.string().describe('Id of the message that was edited'),
    ...personFields('from', 'Who wrote and edited it'),
    ...fields.chat,
    timestamp: fields.seconds,
    is_from_me: fields.fromMe,
    text: z.string().describe('What it says now: text or caption'),
  }),
  example: {
    message_id: exampleMessageId,
    from: exampleJid,
    chat: exampleJid,
    timestamp: exampleSeconds,
    is_from_me: false,
    text: 'See you at eight',
  },
  on: ['message_edited'],
  repeats: 'With each edit.',
  from: (_device, source) => ({
    message_id: source.messageId,
    ...person('from', source.sender),
    ...person('chat', source.chat),
    timestamp: unixSeconds(source.at),
    is_from_me: source.fromMe,
    text: source.text,
  }),
})
