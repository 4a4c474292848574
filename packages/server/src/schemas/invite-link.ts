import { z } from 'zod'

const origin = 'https://chat.whatsapp.com/'

export const InviteLink = z.string().meta({ examples: [`${origin}AbCdEfGhIjKlMnOpQrStUv`] })

export const inviteLink = (code: string): string => `${origin}${code}`

/** The code, or the whole link in front of it, also with what a shared link carries behind it. */
export const InviteCode = z
  .string()
  .trim()
  .transform((text) => (text.startsWith(origin) ? text.slice(origin.length) : text).replace(/[?#].*$/, ''))
  .refine((text) => /^[0-9A-Za-z_-]{8,64}$/.test(text), { message: 'is no invitation code' })
  .meta({ id: 'InviteCode', description: 'Code of an invitation.', examples: ['AbCdEfGhIjKlMnOpQrStUv'] })
