import type { MediaContent, TextContent } from '@switchboard/engine'
import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import type { Given } from '../../kit/define-operation.ts'
import { defineUpload } from '../../kit/define-upload.ts'
import { answerIn } from '../../kit/send-act.ts'
import { fileErrors } from '../../kit/send-media-act.ts'
import { tooLarge } from '../../media/limits.ts'
import { messageRefusals } from '../../messages/refusals.ts'
import { Caption } from '../../schemas/caption.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'
import { person } from '../../schemas/person.ts'
import { checkSendAt, MessageText, SendAt, sendOptions } from '../../schemas/send-options.ts'
import { heldFor, knownTime, SentMessage } from '../../schemas/sent-message.ts'
import { Color } from '../../schemas/status.ts'

/** As many as a phone's address book reasonably has. */
const mostRecipients = 5000

const fields = z.object({
  text: MessageText.optional().describe('A post of text has this, and no file'),
  background_color: Color.optional().describe('Colour behind the text: `#rrggbb`, `#aarrggbb`, or a number (ARGB).'),
  text_color: Color.optional().describe('Colour of the text.'),
  font: z.int().min(0).max(10).optional().describe('WhatsApp’s number of the font.'),
  type: z.enum(['image', 'video']).optional().describe('What the file becomes; `image` when absent'),
  caption: Caption.optional(),
  recipients: z
    .array(PersonAddress)
    .max(mostRecipients)
    .optional()
    .describe('Who gets it, whatever the privacy settings say.'),
  send_at: SendAt.optional(),
  wait: sendOptions.wait,
})

type Fields = Given<typeof fields>

const refused = (field: string, words: string) => refusedField(`body.${field}`, words)

/** @throws AppError invalid_request */
function textOf({ text, background_color: background, text_color: color, font, type, caption }: Fields): TextContent {
  if (text === undefined) throw refusedField('body', 'needs a text or a file')
  if (type !== undefined || caption !== undefined)
    throw refused(type === undefined ? 'caption' : 'type', 'goes with a file')
  const style = {
    ...(background !== undefined && { background }),
    ...(color !== undefined && { color }),
    ...(font !== undefined && { font }),
  }
  return { type: 'text', text, style }
}

/** @throws AppError invalid_request for what a file does not have */
function checkFileOnly(said: Fields): void {
  if (said.text !== undefined)
    throw refused('text', 'a post is a text or a file; what stands under a file is its caption')
  const ofText = (['background_color', 'text_color', 'font'] as const).find((name) => said[name] !== undefined)
  if (ofText) throw refused(ofText, 'goes with a text')
}

export default defineUpload({
  path: '/status',
  auth: 'device',
  summary: 'Post a status: a text, an image or a video',
  description:
    'It is shown for 24 hours. An image or a video comes as for `POST /chats/{chat_jid}/images` and `/videos`. Without `recipients` it goes to the people that the account’s status privacy allows; the device must be connected then. Answers 200 when WhatsApp took it over, and 202 when that takes longer than `wait` seconds.',
  media: { kind: 'image', largest: 'video', optional: true },
  fields,
  response: z.object({
    status_id: z.string().meta({ description: 'The same as `message_id`', examples: ['3EB0C767D26A1B2E5F6A77'] }),
    recipients: z.int().describe('How many people it is for, the own account not counted'),
    ...SentMessage.shape,
    type: z.enum(['text', 'image', 'video']),
  }),
  idempotent: true,
  mayTakeLonger: true,
  refusals: messageRefusals,
  errors: [
    ...fileErrors,
    'media_kind_mismatch',
    'media_conversion_unavailable',
    'message_not_found',
    'device_not_connected',
    'device_not_linked',
    'invalid_jid',
    'invalid_phone',
    'whatsapp_rate_limited',
    'whatsapp_error',
  ],
  async run({ statuses, outgoingFiles, principal, messageId, clock, config, signal }, { fields: said, media }) {
    const sendAt = checkSendAt(said.send_at, clock.now())
    const { type: kind = 'image', caption, recipients, wait = 20 } = said
    const { deviceId } = principal
    const { limits } = config.media
    if (media) checkFileOnly(said)
    if (media?.source === 'file' && media.file.bytes > limits[kind]) throw tooLarge(kind, limits)
    const content = media
      ? async () => {
          const file = await outgoingFiles.prepare(deviceId, media, { kind }, { signal, later: sendAt !== undefined })
          return { content: { ...file.content, ...(caption && { caption }) } as MediaContent, file }
        }
      : textOf(said)
    const sent = await statuses.post({ deviceId, content, recipients, messageId, sendAt, waitMs: wait * 1000 })
    const { state, createdAt, sentAt, chat, waits } = sent
    if (state === 'failed') throw new Error('a post that failed is an error, not an answer')
    const data = {
      ...{ status_id: sent.messageId, type: media ? kind : ('text' as const), recipients: sent.recipients },
      ...{ message_id: sent.messageId, status: state, timestamp: createdAt, created_at: createdAt, sent_at: sentAt },
      ...(state === 'scheduled' && waits && { send_at: knownTime(waits.until), reason: heldFor(waits) }),
      ...person('chat_jid', chat),
    }
    return answerIn(state, data)
  },
})
