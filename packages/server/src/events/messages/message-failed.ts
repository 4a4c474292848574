import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person } from '../../schemas/person.ts'
import { exampleJid, exampleMessageId, exampleSeconds, fields, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'message.failed',
  group: 'Messages',
  summary: 'A message that was sent through the API failed, or its outcome can no longer be known.',
  schema: z.object({
    message_id: fields.messageId,
    ...fields.chat,
    timestamp: fields.seconds,
    state: z
      .enum(['failed', 'expired', 'unknown'])
      .describe('failed: it did not arrive. expired: it never left. unknown: it may have arrived'),
    reason: z
      .string()
      .describe(
        'Why, such as `not_on_whatsapp`, `refused_463` (the number is WhatsApp’s), `not_connected_in_time`, `logged_out`, `file_lost`',
      ),
  }),
  example: {
    message_id: exampleMessageId,
    chat: exampleJid,
    timestamp: exampleSeconds,
    state: 'failed',
    reason: 'not_on_whatsapp',
  },
  on: ['send_changed'],
  from: (_device, send) =>
    send.state === 'sent'
      ? undefined
      : {
          message_id: send.messageId,
          ...person('chat', send.chat),
          timestamp: unixSeconds(send.at),
          state: send.state,
          reason: send.reason ?? 'unknown',
        },
})
