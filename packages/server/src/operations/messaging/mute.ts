import { z } from 'zod'
import { settingAct } from '../../kit/presets.ts'
import { MuteSeconds, mutedUntil } from '../../schemas/app-state.ts'

export default settingAct({
  method: 'POST',
  path: '/chats/{chat_jid}/mute',
  summary: 'Mute a chat for a time or without end, or let it ring again',
  body: z.object({ muted: z.boolean(), duration: MuteSeconds.optional() }),
  run: ({ settings, clock, chat }, { muted, duration }) =>
    settings.mute(chat, mutedUntil(muted, duration, clock.now())),
})
