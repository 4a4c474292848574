import { AppError } from '../../errors/app-error.ts'
import { chatAct } from '../../kit/presets.ts'
import { Chat } from '../../schemas/chat.ts'
import { chatView } from './views.ts'

export default chatAct({
  method: 'GET',
  path: '/chats/{chat_jid}',
  summary: 'One chat',
  response: Chat,
  errors: ['chat_not_found'],
  async run({ chatList, principal, chat, baseUrl }) {
    const found = await chatList.find(principal.deviceId, chat)
    if (!found) throw new AppError('chat_not_found')
    return chatView(found, baseUrl)
  },
})
