import { z } from 'zod'
import { sendMediaAct } from '../../kit/send-media-act.ts'
import { AlbumId, Caption, ViewOnce } from '../../schemas/caption.ts'
import { GroupStatus } from '../../schemas/send-options.ts'

export default sendMediaAct({
  path: '/chats/{chat_jid}/images',
  summary: 'Send an image',
  description: 'Takes JPEG, PNG, WebP and GIF.',
  kind: 'image',
  fields: z.object({
    caption: Caption.optional(),
    view_once: ViewOnce.optional(),
    album_id: AlbumId.optional(),
    group_status: GroupStatus.optional(),
  }),
  errors: ['media_kind_mismatch'],
  form: () => ({ kind: 'image' }),
  add: ({ caption, view_once: viewOnce }) => ({ ...(caption && { caption }), ...(viewOnce && { viewOnce }) }),
})
