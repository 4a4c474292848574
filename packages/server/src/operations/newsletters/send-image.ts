import { z } from 'zod'
import { channelMediaAct } from '../../kit/channel-media-act.ts'
import { Caption } from '../../schemas/caption.ts'

export default channelMediaAct({
  path: '/newsletters/{jid}/images',
  summary: 'Post an image to an own channel',
  kind: 'image',
  fields: z.object({ caption: Caption.optional() }),
  errors: ['media_kind_mismatch'],
  form: () => ({ kind: 'image' }),
  add: ({ caption }) => ({ ...(caption && { caption }) }),
})
