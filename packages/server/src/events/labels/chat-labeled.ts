import { z } from 'zod'
import { person } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid, fields } from '../fields.ts'

export default appStateEvent({
  name: 'label.chat',
  group: 'Labels',
  summary: 'A label was put on a chat or taken off.',
  type: 'label_chat',
  shape: { ...fields.chat, label_id: z.string().describe('Id of the label') },
  example: { chat: exampleJid, label_id: '4', action_raw: { labeled: true } },
  from: ({ chat, label }) => ({ ...person('chat', chat), label_id: label }),
})
