import type { MediaContent } from '@switchboard/engine'
import { z } from 'zod'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { MediaKind } from '../media/limits.ts'
import type { MediaForm } from '../media/media-form.ts'
import { ChatAddress } from '../schemas/chat-address.ts'
import { SentMessage } from '../schemas/sent-message.ts'
import type { Given } from './define-operation.ts'
import { defineUpload, type UploadOperation } from './define-upload.ts'
import { described, ofAnyContent, type SendOptions, sendErrors, sendWith } from './send-act.ts'

/** What the file of any request may answer. */
export const fileErrors = [
  'media_not_found',
  'media_quota_exceeded',
  'media_too_large',
  'media_unreadable',
  'media_fetch_failed',
] as const satisfies readonly ErrorCode[]

const description = `The file comes as the part \`file\` of a multipart body, or JSON says where it is: \`url\`, \`base64\`, \`media_id\` (a file of \`POST /media\`), or \`message_id\` (the file of a stored message, sent again without moving a byte). Only its bytes tell its type. It is stored before the answer, and uploaded to WhatsApp before the message leaves; texts that are sent meanwhile may leave before it. ${described.description}`

interface SendMediaAct<Fields extends z.ZodObject> {
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly kind: MediaKind
  /** Fields of this kind. The file, the answered message, mentions and pacing come with them. */
  readonly fields: Fields
  /** Errors of bringing this kind into its form. */
  readonly errors?: readonly ErrorCode[]
  /** What the file is to become. */
  form(fields: Given<Fields>): MediaForm
  /** What the sender adds to it. */
  add(fields: Given<Fields>): Partial<MediaContent>
}

/** Sends a file to the chat of the path. */
export const sendMediaAct = <Fields extends z.ZodObject>(given: SendMediaAct<Fields>): UploadOperation => {
  const { kind, fields, form, add, errors = [], description: more, ...named } = given
  return defineUpload({
    ...described,
    ...named,
    description: more ? `${more} ${description}` : description,
    auth: 'device',
    params: z.object({ chat_jid: ChatAddress }),
    media: { kind },
    fields: fields.safeExtend(ofAnyContent),
    response: SentMessage,
    errors: [...sendErrors, ...fileErrors, ...errors],
    run(context, { params, fields: said, media }) {
      const { reply_to_message_id: quotedId } = said as { reply_to_message_id?: string }
      const about = { chat: params.chat_jid, quotedId, options: said as SendOptions }
      const { approvals, outgoingFiles, principal, signal } = context
      return sendWith(context, about, async () => {
        const later = about.options.send_at !== undefined || approvals.proposes(principal)
        const options = { signal, later }
        const file = await outgoingFiles.prepare(principal.deviceId, media!, form(said as Given<Fields>), options)
        return { content: { ...file.content, ...add(said as Given<Fields>) } as MediaContent, file }
      })
    },
  })
}
