import { isSilent } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { statusChat } from '../fields.ts'
import { postExample, postFields, postOf } from './post-fields.ts'

export default defineEvent({
  name: 'status.posted',
  group: 'Status',
  summary: 'Somebody posted a status.',
  schema: z.object(postFields),
  example: postExample,
  on: ['message'],
  after: 'message.received',
  from: (device, item) =>
    item.chat.jid === statusChat && !isSilent(item.view.type) ? postOf(device, item.id, item) : undefined,
})
