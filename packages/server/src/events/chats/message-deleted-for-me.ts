import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, exampleMessageId } from '../fields.ts'
import { namedMessage, namedMessageFields } from '../named-message.ts'

export default appStateEvent({
  name: 'chat.delete_for_me',
  group: 'Chats',
  summary: 'A message was taken away from the own devices.',
  type: 'delete_for_me',
  shape: namedMessageFields,
  example: {
    chat: exampleJid,
    sender: exampleJid,
    message_id: exampleMessageId,
    is_from_me: false,
    action_raw: { deleteMedia: false, messageTimestamp: 1767225600 },
  },
  from: ({ message }) => namedMessage(message),
})
