import { person } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, fields } from '../fields.ts'

export default appStateEvent({
  name: 'chat.pin',
  group: 'Chats',
  summary: 'A chat was pinned or unpinned.',
  type: 'pin',
  shape: { ...fields.chat },
  example: { chat: exampleJid, action_raw: { pinned: true } },
  from: ({ chat }) => person('chat', chat),
})
