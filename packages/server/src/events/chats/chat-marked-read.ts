import { person } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, fields } from '../fields.ts'

export default appStateEvent({
  name: 'chat.mark_read',
  group: 'Chats',
  summary: 'A chat was marked as read or as unread.',
  type: 'mark_read',
  shape: { ...fields.chat },
  example: { chat: exampleJid, action_raw: { read: false } },
  from: ({ chat }) => person('chat', chat),
})
