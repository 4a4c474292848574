import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Refusals } from '../errors/refusals.ts'
import { refusedField } from '../errors/refused-field.ts'
import { formsOf } from '../people/addresses.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import type { Context } from './context.ts'
import { defineUpload, type MediaInput, type UploadOperation, type UploadRules } from './define-upload.ts'
import type { Needs, Taken } from './needs.ts'

const errors = [
  'media_not_found',
  'message_not_found',
  'media_too_large',
  'media_unreadable',
  'media_kind_mismatch',
  'media_fetch_failed',
] as const satisfies readonly ErrorCode[]

const description =
  'The middle of the picture, 640 × 640, becomes the photo; JPEG, PNG, WebP and GIF are taken. The file comes as a part of a multipart body, or JSON says where it is: `url`, `base64`, `media_id` or `message_id`. `remove` takes the photo away.'

const PhotoFields = z.object({
  remove: z.boolean().optional().describe('True takes the photo away; there is no file then'),
})

const PictureId = z
  .string()
  .meta({ description: 'Id of the new photo; empty when it was removed', examples: ['1764486000'] })

type Own<Needed extends Needs> = Context<DevicePrincipal> & Taken<Needed>

interface PhotoAct<Needed extends Needs, Response extends z.ZodRawShape> {
  readonly path: string
  readonly summary: string
  readonly media?: Partial<UploadRules>
  readonly needs: Needed
  readonly refusals: Refusals
  /** Fields of the answer in addition to `picture_id`. */
  readonly response?: Response
  /** @param jpeg undefined removes it. Resolves with the id of the new one, '' when removed or unknown */
  set(context: Own<Needed>, jpeg: Uint8Array | undefined): Promise<string>
  /** Other fields of the answer. */
  answer?(id: string): z.input<z.ZodObject<Response>>
}

/** The file of a message as it comes. Why there is none does not matter for a photo. */
const openFile =
  ({ messages, media, principal: { deviceId }, signal }: Context<DevicePrincipal>) =>
  async (messageId: string): Promise<AsyncIterable<Uint8Array>> => {
    const found = await messages.get(deviceId, messageId)
    if (!found) throw new AppError('message_not_found')
    try {
      const chats = formsOf(found.message.chat)
      return await (await media.file(deviceId, messageId, chats, { signal, waitMs: 0 })).open()
    } catch (cause) {
      const without = cause instanceof AppError && cause.code.startsWith('media_')
      throw without ? new AppError('media_not_found', cause.message, { cause }) : cause
    }
  }

const jpegOf = async (
  context: Context<DevicePrincipal>,
  remove: boolean | undefined,
  file: MediaInput | undefined,
): Promise<Uint8Array | undefined> => {
  const { outgoingFiles, converter, principal, signal } = context
  if (remove && file) throw refusedField('body', 'takes a file or remove, not both')
  if (remove) return undefined
  if (!file) throw refusedField('body', 'needs a file, or remove')
  const square = async (path: string) => (await converter.squarePhoto(path)).jpeg
  return outgoingFiles.inputs.lend(principal.deviceId, file, 'image', square, { openFile: openFile(context), signal })
}

/** Gives somebody or something another photo, or takes it away. */
export const photoAct = <Needed extends Needs, Response extends z.ZodRawShape = Record<never, never>>(
  given: PhotoAct<Needed, Response>,
): UploadOperation => {
  const { path, summary, media, needs, refusals, response, set, answer } = given
  return defineUpload({
    ...{ path, summary, description, refusals, errors },
    auth: 'device',
    media: { kind: 'image', optional: true, ...media },
    needs: needs as Needs,
    fields: PhotoFields,
    response: z.object({ picture_id: PictureId, ...response }),
    async run(context, { fields: { remove }, media: input }) {
      const id = await set(context as never, await jpegOf(context, remove, input))
      return { picture_id: id, ...answer?.(id) } as never
    },
  })
}
