import { z } from 'zod'
import { markAct } from '../../kit/presets.ts'

export default markAct({
  method: 'POST',
  path: '/messages/{message_id}/star',
  summary: 'Star a message, or unstar it',
  description: 'The phone and the other devices of the account show it so. Nobody else sees it.',
  fields: { star: z.boolean() },
  run: ({ settings }, message, { star }) => settings.star(message, star),
})
