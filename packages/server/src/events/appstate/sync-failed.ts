import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'appstate.sync_error',
  group: 'App state',
  summary: 'A collection of the state that the account’s devices share could not be taken in. It is tried again.',
  schema: z.object({
    jid: fields.jid,
    name: z.string().describe('critical_block, critical_unblock_low, regular_high, regular or regular_low'),
    full_sync: z.boolean(),
    error: z.string().describe('What did not hold, in words'),
  }),
  example: {
    jid: exampleNumber,
    name: 'regular_high',
    full_sync: false,
    error: 'the hash after patch 12 does not match',
  },
  on: ['app_state_failure'],
  repeats: 'With each attempt that fails.',
  from: (device, { collection, full, error }) => ({
    ...{ jid: ownNumber(device), name: collection, full_sync: full, error },
  }),
})
