import { z } from 'zod'
import { person } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, fields } from '../fields.ts'

export default appStateEvent({
  name: 'chat.delete',
  group: 'Chats',
  summary: 'A chat was deleted.',
  type: 'delete_chat',
  shape: { ...fields.chat, delete_media: z.boolean().describe('Its media files too') },
  example: { chat: exampleJid, delete_media: false, action_raw: {} },
  from: ({ chat, deleteMedia }) => ({ ...person('chat', chat), delete_media: deleteMedia }),
})
