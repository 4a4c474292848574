import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineTool } from '../define-tool.ts'
import { sendThrough } from '../send-through.ts'
import { chatJid, idempotencyKey, messageId, Sent } from '../shapes.ts'

const operations = {
  image: 'messaging.sendImage',
  video: 'messaging.sendVideo',
  audio: 'messaging.sendAudio',
  document: 'messaging.sendDocument',
  sticker: 'messaging.sendSticker',
} as const

/** Arguments that only some kinds take. */
const takenBy: Readonly<Record<string, readonly (keyof typeof operations)[]>> = {
  caption: ['image', 'video', 'document'],
  filename: ['document'],
  voice_note: ['audio'],
}

export const sendMedia = defineTool({
  name: 'send_media',
  title: 'Send a file',
  description:
    'Sends a picture, video, sound, document or sticker to a person or a group. Name the file in exactly one way: `url`, `base64`, `media_id` (a file that was uploaded with POST /media) or `message_id` (the file of a stored message).',
  readOnly: false,
  destructive: true,
  input: z.strictObject({
    chat_jid: chatJid,
    kind: z.enum(['image', 'video', 'audio', 'document', 'sticker']),
    url: z.string().max(2048).optional().describe('http or https; the server fetches it'),
    base64: z.string().min(1).max(1_000_000).optional(),
    media_id: z.string().min(1).max(100).optional(),
    message_id: messageId.optional(),
    caption: z.string().max(65_536).optional().describe('Of an image, video or document'),
    filename: z.string().min(1).max(240).optional().describe('Of a document'),
    voice_note: z.boolean().optional().describe('Send audio as a voice note'),
    reply_to_message_id: messageId.optional().describe('Message to quote'),
    idempotency_key: idempotencyKey,
  }),
  output: Sent,
  run(context, { chat_jid, kind, idempotency_key: idempotencyKey, ...body }) {
    for (const [name, kinds] of Object.entries(takenBy)) {
      if (name in body && !kinds.includes(kind)) throw new AppError('invalid_request', `${name}: is not for ${kind}`)
    }
    if (body.url !== undefined && context.tenants.sendPolicies.of(context.principal.by)) {
      // The address itself could carry out what was read in chats, whoever the recipient is.
      throw new AppError('policy_forbids', 'url: under a send policy no file is fetched from an address')
    }
    return sendThrough(context, operations[kind], { params: { chat_jid }, body, idempotencyKey })
  },
})
