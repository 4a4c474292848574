import { z } from 'zod'
import { settingAct } from '../../kit/presets.ts'

export default settingAct({
  method: 'POST',
  path: '/chats/{chat_jid}/clear',
  destructive: true,
  summary: 'Take away what was said in a chat so far, from the own devices',
  description: 'The chat stays. The other people keep what was said.',
  body: z.object({
    keep_starred: z.boolean().default(false).describe('Starred messages stay'),
    delete_media: z.boolean().default(false).describe('The phone deletes its media files too'),
  }),
  run: async ({ settings, chatList, principal, chat }, { keep_starred: keepStarred, delete_media: deleteMedia }) =>
    settings.clear(chat, { keepStarred, deleteMedia }, await chatList.newest(principal.deviceId, chat)),
})
