import { z } from 'zod'
import { channelMediaAct } from '../../kit/channel-media-act.ts'
import { Caption } from '../../schemas/caption.ts'

export default channelMediaAct({
  path: '/newsletters/{jid}/videos',
  summary: 'Post a video or a GIF to an own channel',
  kind: 'video',
  fields: z.object({
    caption: Caption.optional(),
    gif: z.boolean().optional().describe('Plays again and again without sound'),
  }),
  errors: ['media_kind_mismatch', 'media_conversion_unavailable'],
  form: ({ gif = false }) => ({ kind: 'video', gif }),
  add: ({ caption }) => ({ ...(caption && { caption }) }),
})
