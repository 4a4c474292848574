import { z } from 'zod'
import { Instant } from './instant.ts'

/** What a send answers. */
export const SentMessage = z
  .object({
    message_id: z.string(),
    status: z
      .enum(['queued', 'sending', 'sent', 'delivered', 'read', 'played', 'cancelled', 'expired', 'unknown'])
      .describe('`sent`: WhatsApp took it over. `queued` and `sending`: it goes on; ask GET /messages/{message_id}.'),
    timestamp: Instant,
    chat_jid: z.string().describe('Address under which the chat is stored'),
  })
  .meta({ id: 'SentMessage' })
