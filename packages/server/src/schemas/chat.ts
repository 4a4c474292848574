import { isGroupJid } from '@switchboard/engine'
import { z } from 'zod'
import type { Chat as ListedChat } from '../chats/chat-list.ts'
import { Instant } from './instant.ts'
import { Message, messageView } from './message.ts'
import { person, personFields } from './person.ts'

/** A chat as lists and look-ups show it. */
export const Chat = z
  .object({
    ...personFields('chat_jid', 'Address of the chat'),
    name: z
      .string()
      .nullable()
      .meta({ description: 'What the account calls it, else what the other person is called', examples: ['Ada'] }),
    is_group: z.boolean(),
    last_message: Message.nullable().describe('The newest message that people see there'),
    unread_count: z.int().describe('Incoming messages that were not read'),
    marked_unread: z.boolean().describe('Marked as unread by hand'),
    archived: z.boolean(),
    pinned: z.boolean(),
    muted: z.boolean(),
    muted_until: Instant.optional().describe('Absent when it is not muted, and when it is for ever'),
    labels: z.array(z.string().meta({ examples: ['4'] })).describe('Ids of its labels'),
    timer_seconds: z
      .int()
      .nullable()
      .describe('After how long its messages disappear; 0: they stay; null when nothing is known'),
  })
  .meta({ id: 'Chat' })

export const chatView = (chat: ListedChat): z.input<typeof Chat> => ({
  ...person('chat_jid', chat.address),
  name: chat.name,
  is_group: isGroupJid(chat.address.jid),
  last_message: chat.lastMessage && messageView(chat.lastMessage),
  unread_count: chat.unread,
  marked_unread: chat.markedUnread,
  archived: chat.archived,
  pinned: chat.pinnedAt !== null,
  muted: chat.mutedUntil !== null,
  ...(chat.mutedUntil !== null && chat.mutedUntil !== -1 && { muted_until: chat.mutedUntil }),
  labels: [...chat.labels],
  timer_seconds: chat.timerSeconds,
})
