import { z } from 'zod'
import { sendMediaAct } from '../../kit/send-media-act.ts'
import { Caption, FileName } from '../../schemas/caption.ts'

export default sendMediaAct({
  path: '/chats/{chat_jid}/documents',
  summary: 'Send any file as a document',
  description: 'Takes every type of file, and changes nothing in it.',
  kind: 'document',
  fields: z.object({ caption: Caption.optional(), filename: FileName.optional() }),
  errors: ['media_kind_mismatch'],
  form: ({ filename }) => ({ kind: 'document', ...(filename && { fileName: filename }) }),
  add: ({ caption }) => ({ ...(caption && { caption }) }),
})
