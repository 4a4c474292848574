import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, exampleMessageId } from '../fields.ts'
import { namedMessage, namedMessageFields } from '../named-message.ts'

export default appStateEvent({
  name: 'chat.star',
  group: 'Chats',
  summary: 'A message was starred or unstarred.',
  type: 'star',
  shape: namedMessageFields,
  example: {
    chat: exampleJid,
    sender: exampleJid,
    message_id: exampleMessageId,
    is_from_me: false,
    action_raw: { starred: true },
  },
  from: ({ message }) => namedMessage(message),
})
