import { z } from 'zod'
import type { StoredMessage } from '../messages/messages.ts'
import { Instant } from './instant.ts'

/** A message as lists and lookups show it. */
export const Message = z
  .object({
    message_id: z.string(),
    chat_jid: z.string(),
    from: z.string().describe('Address of the sender'),
    is_from_me: z.boolean(),
    type: z.string().describe('text, image, video, audio, document, sticker, location, contact, poll, reaction, edit…'),
    text: z.string().nullable().describe('Text or caption'),
    timestamp: Instant,
    status: z
      .string()
      .describe(
        'Outgoing: queued, sending, sent, delivered, read, played, failed, cancelled, expired or unknown. Incoming: received or read.',
      ),
    reason: z.string().nullable().describe('Why it failed'),
    push_name: z.string().nullable().describe('Name that the sender gave itself'),
    quoted_message_id: z.string().nullable(),
    source: z.enum(['live', 'offline', 'history', 'sent']).describe('How it got here'),
  })
  .meta({ id: 'Message' })

export const messageView = (message: StoredMessage): z.input<typeof Message> => ({
  message_id: message.id,
  chat_jid: message.chat,
  from: message.sender,
  is_from_me: message.fromMe,
  type: message.type,
  text: message.text,
  timestamp: message.sentAt,
  status: message.state,
  reason: message.stateReason,
  push_name: message.pushName,
  quoted_message_id: message.quotedId,
  source: message.source as 'live',
})
