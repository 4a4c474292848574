import { z } from 'zod'
import { person } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, exampleMessageId, fields } from '../fields.ts'

export default appStateEvent({
  name: 'label.message',
  group: 'Labels',
  summary: 'A label was put on a message or taken off.',
  type: 'label_message',
  shape: { ...fields.chat, label_id: z.string().describe('Id of the label'), message_id: fields.messageId },
  example: { chat: exampleJid, label_id: '4', message_id: exampleMessageId, action_raw: { labeled: true } },
  from: ({ chat, label, messageId }) => ({ ...person('chat', chat), label_id: label, message_id: messageId }),
})
