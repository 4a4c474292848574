import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { optionalPersonFields, person } from '../../schemas/person.ts'
import { exampleInstant, exampleJid, exampleMessageId, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'media.retry',
  group: 'Media',
  summary:
    'The phone answered the request to store the file of a message at WhatsApp again, which the gateway makes by itself when a link has ended.',
  schema: z.object({
    jid: fields.jid,
    message_id: fields.messageId,
    ...fields.chat,
    ...optionalPersonFields('sender', 'Who wrote the message; in groups only'),
    timestamp: fields.instant,
    from_me: z.boolean().describe('The message was sent by the own account'),
    result: z
      .enum(['stored', 'not_found', 'refused', 'unknown'])
      .describe(
        '`stored`: the file can be downloaded again. `not_found`: the phone no longer has it. `unknown`: the answer could not be opened.',
      ),
    media_id: z.string().optional().describe('For `stored`: names the file in links'),
    url: z.string().optional().describe('For `stored`: link that opens the file without a token'),
    url_expires_at: z.iso.datetime().optional(),
    error: z
      .object({ code: z.int().describe('2: the phone no longer has the file') })
      .nullable()
      .describe('Code of WhatsApp'),
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    chat: exampleJid,
    timestamp: exampleInstant,
    from_me: false,
    result: 'not_found',
    error: { code: 2 },
  },
  on: ['media_retried'],
  from: (device, { messageId, chat, sender, fromMe, at, result, errorCode, media }) => ({
    jid: ownNumber(device),
    message_id: messageId,
    ...person('chat', chat),
    ...person('sender', sender),
    timestamp: rfc3339(at),
    from_me: fromMe,
    result: result ?? ('unknown' as const),
    ...(media && { media_id: media.id, url: media.url, url_expires_at: rfc3339(media.urlExpiresAt) }),
    error: errorCode === undefined ? null : { code: errorCode },
  }),
})
