import { z } from 'zod'
import { markAct } from '../../kit/presets.ts'

export default markAct({
  method: 'POST',
  path: '/messages/{message_id}/delete-for-me',
  destructive: true,
  summary: 'Take a message away from the own devices',
  description: 'It is gone here and on the phone. Everybody else keeps it.',
  fields: { delete_media: z.boolean().default(false).describe('The phone deletes its media file too') },
  run: ({ settings }, message, { delete_media }) => settings.deleteForMe(message, delete_media),
})
