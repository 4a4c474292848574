import { z } from 'zod'

/** What a message is. Names may be added: whoever reads it must take ones that are new. */
export const MessageType = z
  .string()
  .describe(
    'text, image, video, audio, document, sticker, location, contact, contacts, poll, event, reaction, edit, timer, pin, keep… or unknown',
  )
