import { z } from 'zod'
import { settingAct } from '../../kit/presets.ts'

export default settingAct({
  method: 'POST',
  path: '/chats/{chat_jid}/archive',
  summary: 'Archive a chat, or take it out of the archive',
  description: 'Archiving also unpins. The phone and the other devices of the account show it so.',
  body: z.object({ archive: z.boolean() }),
  run: async ({ settings, chatList, principal, chat }, { archive }) =>
    settings.archive(chat, archive, await chatList.newest(principal.deviceId, chat)),
})
