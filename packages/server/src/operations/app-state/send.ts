import { z } from 'zod'
import { settingRefusals } from '../../chats/refusals.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { AppStateCollection, MuteSeconds, mutedUntil } from '../../schemas/app-state.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'

export default defineOperation({
  method: 'POST',
  path: '/app-state',
  auth: 'device',
  summary: 'Mute or pin a chat',
  description: 'The same as `POST /chats/{chat_jid}/mute` and `POST /chats/{chat_jid}/pin`.',
  needs: { settings: ability('chatSettings') },
  refusals: settingRefusals,
  body: z.object({
    name: AppStateCollection.describe('Said back. What is changed decides where it is written.'),
    action: z.enum(['mute', 'pin']),
    data: z.object({
      chat_jid: ChatAddress,
      muted: z.boolean().default(false).describe('With `mute`'),
      duration: MuteSeconds.optional(),
      pinned: z.boolean().default(false).describe('With `pin`'),
    }),
  }),
  response: z.object({ name: AppStateCollection, action: z.enum(['mute', 'pin']) }),
  errors: ['invalid_jid', 'invalid_phone'],
  async run({ settings, messages, clock, principal }, { body: { name, action, data } }) {
    const chat = await messages.reachChat(principal.deviceId, data.chat_jid)
    if (action === 'pin') await settings.pin(chat, data.pinned)
    else await settings.mute(chat, mutedUntil(data.muted, data.duration, clock.now()))
    return { name, action }
  },
})
