import { z } from 'zod'
import { Instant } from './instant.ts'
import { personFields } from './person.ts'

/** What a send answers. */
export const SentMessage = z
  .object({
    message_id: z.string(),
    status: z
      .enum([
        'scheduled',
        'queued',
        'sending',
        'sent',
        'delivered',
        'read',
        'played',
        'cancelled',
        'expired',
        'unknown',
      ])
      .describe(
        '`sent`: WhatsApp has accepted it. `scheduled`, `queued` and `sending`: it is not sent yet; ask GET /messages/{message_id}.',
      ),
    timestamp: Instant.describe('The same as `created_at`'),
    created_at: Instant.describe('When the server took the message. It never changes.'),
    sent_at: Instant.nullable().describe('When WhatsApp took it over, by its own clock; null before'),
    send_at: Instant.optional().meta({ description: 'When a scheduled message leaves', examples: [] }),
    ...personFields('chat_jid', 'Address under which the chat is stored'),
  })
  .meta({ id: 'SentMessage' })
