import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.qr_scanned_without_multidevice',
  group: 'Connection',
  summary: 'The code was scanned by a phone that cannot link devices.',
  schema: z.object({ jid: fields.jid }),
  example: { jid: exampleNumber },
  on: ['state_changed'],
  from: (device, { state }) => (state.reason === 'multi_device_missing' ? { jid: ownNumber(device) } : undefined),
})
