import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'appstate.sync_complete',
  group: 'App state',
  summary: 'A collection of the state that the account’s devices share was taken in from the beginning.',
  schema: z.object({
    jid: fields.jid,
    name: z.string().describe('critical_block, critical_unblock_low, regular_high, regular or regular_low'),
    version: z.int(),
    recovery: z.boolean().describe('It came from the phone, because what WhatsApp had did not hold'),
  }),
  example: { jid: exampleNumber, name: 'regular_high', version: 12, recovery: false },
  on: ['app_state_synced'],
  from: (device, { collection, version, recovered }) => ({
    ...{ jid: ownNumber(device), name: collection, version, recovery: recovered },
  }),
})
