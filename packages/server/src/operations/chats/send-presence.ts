import { z } from 'zod'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { defineOperation } from '../define-operation.ts'

const Kind = z.enum(['composing', 'recording', 'paused'])
const Media = z.enum(['', 'audio', 'video'])

export default defineOperation({
  method: 'POST',
  path: '/chats/{chat_jid}/presence',
  auth: 'device',
  group: 'Presence',
  summary: 'Show typing or recording in a chat',
  description: '`state` and `media` are other names for `presence_type` and `media_type`.',
  params: z.object({ chat_jid: ChatAddress }),
  body: z
    .strictObject({
      presence_type: Kind.optional(),
      media_type: Media.optional().describe('`audio` with `composing` shows recording'),
      state: Kind.optional(),
      media: Media.optional(),
    })
    .refine((body) => (body.presence_type ?? body.state) !== undefined, {
      path: ['presence_type'],
      message: 'is needed: composing, recording or paused',
    })
    .meta({ examples: [{ presence_type: 'composing' }] }),
  errors: ['invalid_jid', 'invalid_phone', 'device_not_connected', 'device_not_linked'],
  async run({ sessions, messages, principal }, { params, body }) {
    const presence = sessions.require(principal.deviceId).use('presence')
    const chat = await messages.resolveChat(principal.deviceId, params.chat_jid)
    const kind = body.presence_type ?? body.state ?? 'paused'
    const recording = kind === 'composing' && (body.media_type ?? body.media) === 'audio'
    await presence.setChatState(chat, recording ? 'recording' : kind)
    return undefined
  },
})
