import { z } from 'zod'
import { contentFields, eventResponseFields } from './content.ts'
import { Instant } from './instant.ts'
import { MessageType } from './message-type.ts'
import { optionalPersonFields, peopleFields, personFields, username } from './person.ts'
import { whyHeld } from './sent-message.ts'

/** A message as lists and lookups show it. */
export const Message = z
  .object({
    message_id: z.string(),
    ...personFields('chat_jid', 'Address of the chat'),
    ...personFields('from', 'Who wrote it'),
    is_from_me: z.boolean(),
    type: MessageType,
    text: z.string().nullable().describe('Text or caption'),
    timestamp: Instant.describe(
      'When it was said: for what this device sends `created_at`, for anything else `sent_at`. It never changes.',
    ),
    created_at: Instant.describe('When the server took it (a send) or stored it'),
    sent_at: Instant.nullable().describe(
      'Time that WhatsApp gives it, by which chats are sorted; null while WhatsApp has not taken it over',
    ),
    send_at: Instant.nullable().describe('When a scheduled message leaves; null for any other'),
    status: z
      .string()
      .describe(
        'Outgoing: scheduled, queued, sending, sent, delivered, read, played, failed, cancelled, expired or unknown. Incoming: received or read.',
      ),
    reason: z.string().nullable().describe(`Why it failed, or waits. ${whyHeld}`),
    push_name: z.string().nullable().describe('Name that the sender gave itself'),
    from_username: username('User name of the sender as it is now').optional(),
    quoted_message_id: z.string().nullable(),
    ...optionalPersonFields('quoted_sender', 'Who wrote the quoted message'),
    ...peopleFields('mentions', 'Who is mentioned'),
    edited_at: Instant.nullable().describe('When its author gave it the words that it has now'),
    deleted_at: Instant.nullable().describe('When it was taken back for everybody: its text is gone'),
    ...optionalPersonFields('deleted_by', 'Who took it back: its author, or an admin of the group'),
    reactions: z
      .array(
        z.object({
          emoji: z.string().meta({ examples: ['👍'] }),
          ...personFields('sender', 'Who reacted'),
          at: Instant,
        }),
      )
      .describe('One a person, oldest first'),
    event_responses: z
      .array(z.object({ ...eventResponseFields, ...personFields('sender', 'Who answered'), at: Instant }))
      .optional()
      .describe('Of an event: the newest answer of each person, oldest first'),
    pinned: z
      .object({ ...personFields('by', 'Who pinned it'), until: Instant.optional() })
      .nullable()
      .describe('Pinned in the chat, for everybody'),
    kept: z.boolean().describe('It stays although messages of the chat disappear'),
    starred: z.boolean(),
    ...contentFields,
    source: z.enum(['live', 'offline', 'history', 'sent']).describe('How it got here'),
  })
  .meta({ id: 'Message' })
