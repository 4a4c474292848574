import { z } from 'zod'
import { settingAct } from '../../kit/presets.ts'

export default settingAct({
  method: 'DELETE',
  path: '/chats/{chat_jid}',
  summary: 'Delete a chat from the own devices',
  description: 'What was said in it is gone here and on the phone. The other people keep it.',
  body: z.object({ delete_media: z.boolean().default(false).describe('The phone deletes its media files too') }),
  run: async ({ settings, chatList, principal, chat }, { delete_media }) =>
    settings.deleteChat(chat, delete_media, await chatList.newest(principal.deviceId, chat)),
})
