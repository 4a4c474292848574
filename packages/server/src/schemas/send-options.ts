import { z } from 'zod'

/** Fields by which one send differs from the configured pacing. */
export const sendOptions = {
  typing_simulation: z
    .boolean()
    .optional()
    .describe('Show typing first, or not, whatever WHATSAPP_AUTO_TYPING_ENABLED says.'),
  presence_simulation: z
    .boolean()
    .optional()
    .describe('Go online around the send, or not; false also switches typing off.'),
} as const

export const MessageText = z
  .string()
  .max(65_536)
  .refine((text) => text.trim() !== '', 'must not be blank')
  .describe('The text, in WhatsApp markup')
