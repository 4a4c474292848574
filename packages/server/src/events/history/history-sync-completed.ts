import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'history.sync_complete',
  group: 'History',
  summary: 'The last chunk of a history synchronisation arrived.',
  schema: z.object({ jid: fields.jid, sync_type: z.string() }),
  example: { jid: exampleNumber, sync_type: 'RECENT' },
  on: ['history'],
  after: 'history.sync',
  from: (device, { complete, progress, syncType }) =>
    complete && progress >= 100 ? { jid: ownNumber(device), sync_type: syncType } : undefined,
})
