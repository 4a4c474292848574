import { isGroupJid } from '@switchboard/engine'
import { z } from 'zod'
import { targetAuthor } from '../../inbound/target-author.ts'
import { defineEvent } from '../../kit/define-event.ts'
import { contentFields, contentOf } from '../../schemas/content.ts'
import { MessageType } from '../../schemas/message-type.ts'
import { optionalPersonFields, people, peopleFields, person, personFields, username } from '../../schemas/person.ts'
import { bothAddresses } from '../event-source.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'message.received',
  group: 'Messages',
  summary:
    'A message arrived, from somebody or from another device of the own account. Revocations raise message.deleted instead. What was sealed with the secret of a message that is not known here (`encrypted_change`, `encrypted_reaction`, `encrypted_comment`, `event_response`) is raised again, with what it says, when that message comes.',
  schema: z.object({
    message_id: fields.messageId,
    ...personFields('from', 'Who wrote it'),
    ...fields.chat,
    timestamp: fields.seconds,
    is_from_me: fields.fromMe,
    type: MessageType,
    text: z.string().optional().describe('Text or caption'),
    push_name: z.string().optional().describe('Name that the sender gave itself'),
    from_username: username('User name of the sender').optional(),
    is_group: z.boolean(),
    quoted_message_id: z.string().optional().describe('Message that this one answers'),
    ...optionalPersonFields('quoted_sender', 'Who wrote that one'),
    ...peopleFields('mentions', 'Who is mentioned'),
    target_message_id: z.string().optional().describe('For a reaction or an edit: the message it is about'),
    ...optionalPersonFields('target_sender', 'Who wrote the message it is about'),
    emoji: z.string().optional().describe('For a reaction; blank when it was taken back'),
    ...contentFields,
  }),
  example: {
    message_id: exampleMessageId,
    from: exampleJid,
    chat: exampleJid,
    timestamp: exampleSeconds,
    is_from_me: false,
    type: 'text',
    text: 'Hello',
    push_name: 'Ada',
    is_group: false,
  },
  on: ['message'],
  repeats: 'Once for each message, also when WhatsApp delivers it again.',
  from: (device, item) => {
    const { view } = item
    // Keys and settings that the own phone hands to its companions are nobody's message.
    if (view.type === 'revoke' || (view.type === 'protocol' && item.fromMe)) return undefined
    return {
      message_id: item.id,
      ...person('from', item.sender),
      ...person('chat', item.chat),
      timestamp: unixSeconds(item.at),
      is_from_me: item.fromMe,
      type: view.type,
      text: view.text,
      push_name: item.pushName,
      from_username: item.username,
      is_group: isGroupJid(item.chat.jid),
      quoted_message_id: view.quoted?.id,
      ...person(
        'quoted_sender',
        view.quoted?.sender === undefined ? undefined : bothAddresses(device, view.quoted.sender),
      ),
      ...people(
        'mentions',
        view.mentions?.map((jid) => bothAddresses(device, jid)),
      ),
      target_message_id: view.target?.id,
      ...person('target_sender', targetAuthor(device, item)),
      emoji: view.emoji,
      ...contentOf(view, view.media && device.media?.refer(item.chat.jid, item.id)),
    }
  },
})
