import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { PrivacySettings, privacyNameOf, privacyNames, privacyView } from '../../schemas/privacy.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'privacy.settings',
  group: 'Contacts',
  summary: 'Privacy settings of the account were changed on another device.',
  schema: z.object({
    jid: fields.jid,
    settings: PrivacySettings.describe('Blank where nothing changed'),
    changed: z.array(z.enum(privacyNames)).describe('Which settings have a new value'),
    timestamp: fields.instant,
  }),
  example: {
    jid: exampleNumber,
    settings: privacyView({ last: 'contacts' }),
    changed: ['last_seen'],
    timestamp: exampleInstant,
  },
  on: ['person_change'],
  from: (device, { at, change }) =>
    change.type === 'privacy'
      ? {
          jid: ownNumber(device),
          settings: privacyView(change.settings),
          changed: Object.keys(change.settings).flatMap((name) => privacyNameOf(name) ?? []),
          timestamp: rfc3339(at),
        }
      : undefined,
})
