import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'offline.sync_preview',
  group: 'Offline',
  summary: 'After connecting: what waited while the device was away.',
  schema: z.object({
    jid: fields.jid,
    total: z.int().describe('All of it together'),
    app_data_changes: z.int().describe('Changes of settings, chats and contacts'),
    messages: z.int(),
    notifications: z.int(),
    receipts: z.int(),
  }),
  example: { jid: exampleNumber, total: 3, app_data_changes: 0, messages: 2, notifications: 0, receipts: 1 },
  on: ['offline'],
  from: (device, { phase, counts }) =>
    phase === 'begin'
      ? {
          jid: ownNumber(device),
          total: counts.total,
          app_data_changes: counts.appData,
          messages: counts.messages,
          notifications: counts.notifications,
          receipts: counts.receipts,
        }
      : undefined,
})
