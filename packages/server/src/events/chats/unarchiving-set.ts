import { z } from 'zod'
import { appStateEvent } from '../app-state-event.ts'

export default appStateEvent({
  name: 'settings.unarchive_chats',
  group: 'Chats',
  summary: 'Whether a new message takes its chat out of the archive was set.',
  type: 'unarchive_chats',
  shape: { unarchive: z.boolean() },
  example: { unarchive: true, action_raw: { unarchiveChats: true } },
  from: ({ value }) => ({ unarchive: value }),
})
