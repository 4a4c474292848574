import { z } from 'zod'
import { Accepted, defineOperation } from '../../kit/define-operation.ts'
import { goesOn } from '../../kit/send-act.ts'
import { messageRefusals } from '../../messages/refusals.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'
import { person } from '../../schemas/person.ts'
import { checkSendAt, MessageText, SendAt, sendOptions } from '../../schemas/send-options.ts'
import { SentMessage } from '../../schemas/sent-message.ts'
import { Color } from '../../schemas/status.ts'

/** As many as a phone's address book reasonably has. */
const mostRecipients = 5000

export default defineOperation({
  method: 'POST',
  path: '/status',
  auth: 'device',
  summary: 'Post a status',
  description:
    'It is shown for 24 hours. Without `recipients` it goes to the people that the account’s status privacy allows; the device must be connected then. Answers 200 when WhatsApp took it over, and 202 when that takes longer than `wait` seconds.',
  body: z.object({
    text: MessageText,
    background_color: Color.optional().describe('Colour behind the text: `#rrggbb`, `#aarrggbb`, or a number (ARGB).'),
    text_color: Color.optional().describe('Colour of the text.'),
    font: z.int().min(0).max(10).optional().describe('WhatsApp’s number of the font.'),
    recipients: z
      .array(PersonAddress)
      .max(mostRecipients)
      .optional()
      .describe('Who gets it, whatever the privacy settings say.'),
    send_at: SendAt.optional(),
    wait: sendOptions.wait,
  }),
  response: z.object({
    status_id: z.string().meta({ description: 'The same as `message_id`', examples: ['3EB0C767D26A1B2E5F6A77'] }),
    recipients: z.int().describe('How many people it is for, the own account not counted'),
    ...SentMessage.shape,
    type: z.enum(['text']),
  }),
  idempotent: true,
  mayTakeLonger: true,
  refusals: messageRefusals,
  errors: [
    'device_not_connected',
    'device_not_linked',
    'invalid_jid',
    'invalid_phone',
    'whatsapp_rate_limited',
    'whatsapp_error',
  ],
  async run({ statuses, principal, messageId, clock }, { body }) {
    const sendAt = checkSendAt(body.send_at, clock.now())
    const { text, background_color: background, text_color: color, font, recipients, wait = 20 } = body
    const style = {
      ...(background !== undefined && { background }),
      ...(color !== undefined && { color }),
      ...(font !== undefined && { font }),
    }
    const { deviceId } = principal
    const content = { type: 'text', text, style } as const
    const sent = await statuses.post({ deviceId, content, recipients, messageId, sendAt, waitMs: wait * 1000 })
    const { state, createdAt, sentAt, chat } = sent
    if (state === 'failed') throw new Error('a post that failed is an error, not an answer')
    const data = {
      ...{ status_id: sent.messageId, type: 'text' as const, recipients: sent.recipients },
      ...{ message_id: sent.messageId, status: state, timestamp: createdAt, created_at: createdAt, sent_at: sentAt },
      ...(state === 'scheduled' && sendAt !== undefined && { send_at: sendAt }),
      ...person('chat_jid', chat),
    }
    return goesOn.has(state) ? new Accepted(data) : data
  },
})
