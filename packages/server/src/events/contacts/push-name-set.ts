import { z } from 'zod'
import { appStateEvent } from '../app-state-event.ts'

export default appStateEvent({
  name: 'pushname.setting',
  group: 'Contacts',
  summary: 'The own name was changed on another device.',
  type: 'push_name',
  shape: { push_name: z.string() },
  example: { push_name: 'Shop', action_raw: { name: 'Shop' } },
  from: ({ name }) => ({ push_name: name }),
})
