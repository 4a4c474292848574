import { z } from 'zod'

/** What a message is. Names may be added: readers must accept new ones. */
export const MessageType = z
  .string()
  .describe(
    'text, image, video, audio, document, sticker, location, contact, contacts, poll, event, reaction, edit, timer, pin, keep… or unknown',
  )
