import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { optionalPersonFields, person, personFields } from '../../schemas/person.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'message.reaction',
  group: 'Messages',
  summary:
    'Somebody reacted to a message, changed a reaction or took it back; message.received is raised as well, for the reaction itself.',
  schema: z.object({
    message_id: z.string().describe('Id of the message that was reacted to'),
    reaction_id: z.string().describe('Id of the reaction'),
    emoji: z.string().describe('Blank when the reaction was taken back'),
    ...personFields('from', 'Who reacted'),
    ...fields.chat,
    timestamp: fields.seconds,
    is_from_me: fields.fromMe,
    ...optionalPersonFields('message_from', 'Who wrote the message'),
  }),
  example: {
    message_id: exampleMessageId,
    reaction_id: exampleMessageId,
    emoji: '👍',
    from: exampleJid,
    chat: exampleJid,
    timestamp: exampleSeconds,
    is_from_me: false,
    message_from: exampleJid,
  },
  on: ['message_reacted'],
  repeats: 'With each change of a reaction.',
  from: (_device, source) => ({
    message_id: source.messageId,
    reaction_id: source.reactionId,
    emoji: source.emoji,
    ...person('from', source.sender),
    ...person('chat', source.chat),
    timestamp: unixSeconds(source.at),
    is_from_me: source.fromMe,
    ...person('message_from', source.from),
  }),
})
