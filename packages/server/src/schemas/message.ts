import { z } from 'zod'
import type { StoredMessage } from '../messages/messages.ts'
import { Instant } from './instant.ts'
import { optionalPersonFields, people, peopleFields, person, personFields } from './person.ts'

/** A message as lists and lookups show it. */
export const Message = z
  .object({
    message_id: z.string(),
    ...personFields('chat_jid', 'Address of the chat'),
    ...personFields('from', 'Who wrote it'),
    is_from_me: z.boolean(),
    type: z.string().describe('text, image, video, audio, document, sticker, location, contact, poll, reaction, edit…'),
    text: z.string().nullable().describe('Text or caption'),
    timestamp: Instant.describe(
      'When it was said: for what this device sends `created_at`, for anything else `sent_at`. It never changes.',
    ),
    created_at: Instant.describe('When the server took it (a send) or stored it'),
    sent_at: Instant.nullable().describe(
      'Time that WhatsApp gives it, by which chats are sorted; null while WhatsApp has not taken it over',
    ),
    status: z
      .string()
      .describe(
        'Outgoing: queued, sending, sent, delivered, read, played, failed, cancelled, expired or unknown. Incoming: received or read.',
      ),
    reason: z.string().nullable().describe('Why it failed'),
    push_name: z.string().nullable().describe('Name that the sender gave itself'),
    quoted_message_id: z.string().nullable(),
    ...optionalPersonFields('quoted_sender', 'Who wrote the quoted message'),
    ...peopleFields('mentions', 'Who is mentioned'),
    source: z.enum(['live', 'offline', 'history', 'sent']).describe('How it got here'),
  })
  .meta({ id: 'Message' })

export const messageView = (message: StoredMessage): z.input<typeof Message> => ({
  message_id: message.id,
  ...person('chat_jid', message.chat),
  ...person('from', message.sender),
  is_from_me: message.fromMe,
  type: message.type,
  text: message.text,
  timestamp: message.source === 'sent' ? message.createdAt : (message.sentAt ?? message.createdAt),
  created_at: message.createdAt,
  sent_at: message.sentAt,
  status: message.state,
  reason: message.stateReason,
  push_name: message.pushName,
  quoted_message_id: message.quoted?.id ?? null,
  ...person('quoted_sender', message.quoted?.sender),
  ...people('mentions', message.mentions.length > 0 ? message.mentions : undefined),
  source: message.source as 'live',
})
