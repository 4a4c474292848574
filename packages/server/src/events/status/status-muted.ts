import { person, personFields } from '../../schemas/person.ts'
import { appStateEvent } from '../app-state-event.ts'
import { exampleJid } from '../fields.ts'

export default appStateEvent({
  name: 'status.mute',
  group: 'Status',
  summary: 'Status posts of a person were hidden or are shown again.',
  type: 'status_mute',
  shape: { ...personFields('target', 'The person') },
  example: { target: exampleJid, action_raw: { muted: true } },
  from: ({ who }) => person('target', who),
})
