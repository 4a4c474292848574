import { z } from 'zod'
import { MessageId } from './message-id.ts'

export const Caption = z.string().max(65_536).describe('Text under it, in WhatsApp markup')

export const ViewOnce = z.boolean().describe('It can be opened once, and disappears then')

export const FileName = z
  .string()
  .max(240)
  .regex(/\S/, 'must not be blank')
  .describe('Name under which it is shown and saved. Folders in it are left out.')

export const AlbumId = MessageId.meta({
  description: 'The album to which it belongs: the `message_id` that `POST /chats/{chat_jid}/albums` answered.',
  examples: [],
})
