import { z } from 'zod'
import { channelMediaAct } from '../../kit/channel-media-act.ts'
import { Caption, FileName } from '../../schemas/caption.ts'

export default channelMediaAct({
  path: '/newsletters/{jid}/documents',
  summary: 'Post any file as a document to an own channel',
  kind: 'document',
  fields: z.object({ caption: Caption.optional(), filename: FileName.optional() }),
  form: ({ filename }) => ({ kind: 'document', ...(filename && { fileName: filename }) }),
  add: ({ caption }) => ({ ...(caption && { caption }) }),
})
