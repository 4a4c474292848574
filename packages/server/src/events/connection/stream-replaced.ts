import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.stream_replaced',
  group: 'Connection',
  summary: 'Another client opened the same credentials.',
  schema: z.object({ jid: fields.jid, warning: z.string() }),
  example: { jid: exampleNumber, warning: 'Another client uses the same credentials' },
  on: ['state_changed'],
  from: (device, { state }) =>
    state.name === 'replaced'
      ? {
          jid: ownNumber(device),
          warning: 'Another client uses the same credentials; two of them keep closing each other. Stop one.',
        }
      : undefined,
})
