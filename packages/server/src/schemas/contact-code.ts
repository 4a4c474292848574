import { z } from 'zod'

const origin = 'https://wa.me/'

/** Seen in: whatsmeow user.go `GetContactQRLink`. */
export const contactLink = (code: string): string => `${origin}qr/${code}`

export const ContactLink = z.string().meta({ examples: [`${origin}qr/4ADHTXI6KQGNB1`] })

/** The code, or the whole link with it. */
export const ContactCode = z
  .string()
  .max(200)
  .regex(/^\s*(https:\/\/(wa\.me|api\.whatsapp\.com)\/(qr|message)\/)?[0-9A-Za-z_-]{4,64}\s*$/, 'is no code')
  .transform((text) => text.trim().replace(/^.*\//, ''))
  .meta({ id: 'ContactCode', description: 'Code of a contact link or a message link.', examples: ['4ADHTXI6KQGNB1'] })
