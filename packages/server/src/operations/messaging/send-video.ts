import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import { sendMediaAct } from '../../kit/send-media-act.ts'
import { AlbumId, Caption, ViewOnce } from '../../schemas/caption.ts'
import { GroupStatus } from '../../schemas/send-options.ts'

export default sendMediaAct({
  path: '/chats/{chat_jid}/videos',
  summary: 'Send a video, a GIF or a video note',
  description:
    'Takes MP4 with H.264 by itself, and other videos and GIF pictures where ffmpeg is installed: `GET /admin/health` lists what can be converted.',
  kind: 'video',
  fields: z.object({
    caption: Caption.optional(),
    view_once: ViewOnce.optional(),
    album_id: AlbumId.optional(),
    group_status: GroupStatus.optional(),
    gif: z.boolean().optional().describe('Plays again and again without sound'),
    ptv: z.boolean().optional().describe('A round video note: square, at most a minute, without a caption'),
  }),
  errors: ['media_kind_mismatch', 'media_conversion_unavailable'],
  form({ gif = false, ptv = false, caption }) {
    if (ptv && gif) throw refusedField('body', 'a video note is no GIF')
    if (ptv && caption) throw refusedField('body.caption', 'a video note has none')
    return { kind: 'video', gif, ptv }
  },
  add: ({ caption, view_once: viewOnce }) => ({ ...(caption && { caption }), ...(viewOnce && { viewOnce }) }),
})
