import { z } from 'zod'
import { Instant } from './instant.ts'
import { Message } from './message.ts'
import { personFields } from './person.ts'

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
    muted_until: Instant.optional().describe('Absent when the chat is not muted, and when it is muted without end'),
    labels: z.array(z.string().meta({ examples: ['4'] })).describe('Ids of its labels'),
    timer_seconds: z
      .int()
      .nullable()
      .describe('After how long its messages disappear; 0: they stay; null when nothing is known'),
  })
  .meta({ id: 'Chat' })
