import { z } from 'zod'

const origin = 'https://wa.me/'

/** Seen in: whatsmeow user.go `GetContactQRLink`. */
export const contactLink = (code: string): string => `${origin}qr/${code}`

export const ContactLink = z.string().meta({ examples: [`${origin}qr/4ADHTXI6KQGNB1`] })

/** The code, or the whole link with it. */
export const ContactCode = z
  .string()
  .trim()
  .transform((text) => text.replace(/^https:\/\/(wa\.me|api\.whatsapp\.com)\/(qr|message)\//, ''))
  .refine((text) => /^[0-9A-Za-z_-]{4,64}$/.test(text), { message: 'is no code' })
  .meta({ id: 'ContactCode', description: 'Code of a contact link or a message link.', examples: ['4ADHTXI6KQGNB1'] })
