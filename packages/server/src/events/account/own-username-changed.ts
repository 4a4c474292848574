import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'account.username_changed',
  group: 'Account',
  summary: 'The account has another user name, or gave it up.',
  schema: z.object({
    jid: fields.jid,
    username: z.string().describe('Without @; blank: none any more'),
    timestamp: fields.instant,
  }),
  example: { jid: exampleNumber, username: 'ada.lovelace', timestamp: exampleInstant },
  on: ['person_change'],
  from: (device, { at, change }) =>
    change.type === 'own_username'
      ? { jid: ownNumber(device), username: change.username, timestamp: rfc3339(at) }
      : undefined,
})
