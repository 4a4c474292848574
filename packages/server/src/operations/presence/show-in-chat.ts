import { z } from 'zod'
import { unansweredAbility } from '../../kit/needs.ts'
import { chatAct } from '../../kit/presets.ts'

const Kind = z.enum(['composing', 'recording', 'paused'])
const Media = z.enum(['', 'audio', 'video'])

export default chatAct({
  method: 'POST',
  path: '/chats/{chat_jid}/presence',
  summary: 'Show typing or recording in a chat',
  description: '`state` and `media` are other names for `presence_type` and `media_type`.',
  needs: { presence: unansweredAbility('presence') },
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
    .meta({
      anyOf: [{ required: ['presence_type'] }, { required: ['state'] }],
      examples: [{ presence_type: 'composing' }],
    }),
  async run({ presence, chat }, { presence_type, state, media_type, media }) {
    const kind = presence_type ?? state ?? 'paused'
    const recording = kind === 'composing' && (media_type ?? media) === 'audio'
    await presence.setChatState(chat, recording ? 'recording' : kind)
    return undefined
  },
})
