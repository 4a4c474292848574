import { person } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, fields } from '../fields.ts'

export default appStateEvent({
  name: 'chat.archive',
  group: 'Chats',
  summary: 'A chat was archived or taken out of the archive.',
  type: 'archive',
  shape: { ...fields.chat },
  example: { chat: exampleJid, action_raw: { archived: true } },
  from: ({ chat }) => person('chat', chat),
})
