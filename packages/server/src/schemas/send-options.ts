import { z } from 'zod'

/** Fields by which one send differs from the configured pacing, and how long its caller waits. */
export const sendOptions = {
  typing_simulation: z
    .boolean()
    .optional()
    .describe('Show typing first, or not, whatever WHATSAPP_AUTO_TYPING_ENABLED says.'),
  presence_simulation: z
    .boolean()
    .optional()
    .describe('Go online around the send, or not; false also switches typing off.'),
  wait: z
    .int()
    .min(0)
    .max(60)
    .optional()
    .describe(
      'Seconds to wait for WhatsApp before the answer is 202; 20 when absent, 0 answers as soon as the message is stored. The message goes on in either case.',
    ),
} as const

export const MessageText = z
  .string()
  .max(65_536)
  .regex(/\S/, 'must not be blank')
  .describe('The text, in WhatsApp markup')
