import { z } from 'zod'
import { sendMediaAct } from '../../kit/send-media-act.ts'
import { ViewOnce } from '../../schemas/caption.ts'
import { GroupStatus } from '../../schemas/send-options.ts'

export default sendMediaAct({
  path: '/chats/{chat_jid}/audio',
  summary: 'Send audio or a voice note',
  description:
    'A voice note is made from MP3, WAV, FLAC, Ogg and recordings of browsers, and from M4A where ffmpeg is installed. Other audio goes out as it is. The chat shows a recording instead of typing.',
  kind: 'audio',
  fields: z.object({
    voice_note: z.boolean().optional().describe('Send it as a voice note'),
    ptt: z.boolean().optional().describe('The same as `voice_note`'),
    convert: z
      .enum(['auto', 'never'])
      .optional()
      .describe('`never`: an Ogg/Opus file goes out as a voice note without being encoded again'),
    view_once: ViewOnce.optional(),
    group_status: GroupStatus.optional(),
  }),
  errors: ['media_kind_mismatch', 'media_conversion_unavailable'],
  form: ({ voice_note, ptt, convert }) => ({
    kind: 'audio',
    voice: (voice_note ?? false) || (ptt ?? false),
    ...(convert && { convert }),
  }),
  add: ({ view_once: viewOnce }) => ({ ...(viewOnce && { viewOnce }) }),
})
