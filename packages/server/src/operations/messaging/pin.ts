import { z } from 'zod'
import { settingAct } from '../../kit/presets.ts'

export default settingAct({
  method: 'POST',
  path: '/chats/{chat_jid}/pin',
  summary: 'Pin a chat at the top of the list, or unpin it',
  body: z.object({ pin: z.boolean() }),
  run: ({ settings, chat }, { pin }) => settings.pin(chat, pin),
})
