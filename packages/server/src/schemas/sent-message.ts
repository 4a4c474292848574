import { z } from 'zod'
import { Instant } from './instant.ts'
import { personFields } from './person.ts'

/** What a send answers. */
export const SentMessage = z
  .object({
    message_id: z.string(),
    status: z
      .enum(['queued', 'sending', 'sent', 'delivered', 'read', 'played', 'cancelled', 'expired', 'unknown'])
      .describe('`sent`: WhatsApp took it over. `queued` and `sending`: it goes on; ask GET /messages/{message_id}.'),
    timestamp: Instant,
    ...personFields('chat_jid', 'Address under which the chat is stored'),
  })
  .meta({ id: 'SentMessage' })
