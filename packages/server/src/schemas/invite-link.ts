import { z } from 'zod'

const origin = 'https://chat.whatsapp.com/'

export const InviteLink = z.string().meta({ examples: [`${origin}AbCdEfGhIjKlMnOpQrStUv`] })

export const inviteLink = (code: string): string => `${origin}${code}`

/** The code, or the whole link in front of it, also with what a shared link carries behind it. */
export const InviteCode = z
  .string()
  .max(1000)
  .regex(/^\s*(https:\/\/chat\.whatsapp\.com\/)?[0-9A-Za-z_-]{8,64}([?#].*)?\s*$/, 'is no invitation code')
  .transform((text) =>
    text
      .trim()
      .replace(origin, '')
      .replace(/[?#].*$/, ''),
  )
  .meta({ id: 'InviteCode', description: 'Code of an invitation.', examples: ['AbCdEfGhIjKlMnOpQrStUv'] })
