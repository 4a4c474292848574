import { person } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, fields } from '../fields.ts'

export default appStateEvent({
  name: 'chat.mute',
  group: 'Chats',
  summary: 'A chat was muted or rings again.',
  type: 'mute',
  shape: { ...fields.chat },
  example: { chat: exampleJid, action_raw: { muted: true, muteEndTimestamp: 1767254400000 } },
  from: ({ chat }) => person('chat', chat),
})
