import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { AppError } from '../errors/app-error.ts'
import { refusedField } from '../errors/refused-field.ts'
import { mediaSources, type UploadBody, type UploadOperation, type UploadRules } from '../kit/define-upload.ts'
import { type MediaLimits, tooLarge as tooLargeFor } from '../media/limits.ts'
import type { MediaInput } from '../media/media-input.ts'
import type { Spool, SpooledFile } from '../media/spool.ts'
import { isMultipart } from './body-parsers.ts'
import { coerceText } from './coerce-text.ts'
import { namingOf } from './field-names.ts'
import { type FormFile, receiveForm } from './receive-form.ts'
import { strictly, validate } from './validate.ts'

/** Boundaries, headers and fields around a file. */
const aroundFileBytes = 1024 * 1024

/** A body with its file. The receiver disposes of it in every case. */
export interface ReadUpload {
  readonly body: UploadBody
  /** What makes two bodies the same: of a file its hash. */
  readonly identity: unknown
  dispose(): Promise<void>
}

/** Where a file goes, and how large it may be. */
interface Place {
  readonly spool: Spool
  readonly maxBytes: number
  readonly tooLarge: () => AppError
}

type Carrier = Pick<FastifyRequest, 'body' | 'headers' | 'mediaType'>

type Sources = { readonly [Name in keyof typeof mediaSources]?: string }

const decodeBase64 = (text: string): Buffer => {
  const plain = text.replace(/^data:[^,]*;base64,/, '').replaceAll(/\s/g, '')
  const [digits = ''] = plain.split('=')
  // With one digit in its last group, a part of it is missing.
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(plain) || digits.length % 4 === 1)
    throw refusedField('body.base64', 'is not base64')
  return Buffer.from(plain, 'base64')
}

const referenceOf = ({ url, media_id, message_id }: Sources): MediaInput | undefined => {
  if (url !== undefined) return { source: 'url', url }
  if (media_id !== undefined) return { source: 'media_id', mediaId: media_id }
  return message_id === undefined ? undefined : { source: 'message_id', messageId: message_id }
}

/** Fields without the ways to name a file, and those. */
const apart = (
  body: Record<string, unknown>,
  { base64Name }: UploadRules,
): { fields: Record<string, unknown>; sources: Sources } => {
  const all = Object.keys(body)
  const nameOf = (name: string): string => (name === base64Name ? 'base64' : name)
  if (all.filter((name) => nameOf(name) === 'base64').length > 1)
    throw refusedField('body', `takes one of base64 and ${base64Name}`)
  const pick = (isSource: boolean) =>
    Object.fromEntries(
      all.filter((name) => nameOf(name) in mediaSources === isSource).map((name) => [nameOf(name), body[name]]),
    )
  return { fields: pick(false), sources: pick(true) as Sources }
}

const checkOneSource = ({ upload }: UploadOperation, sources: Sources, file: FormFile | undefined): void => {
  const ways = [...Object.keys(sources), ...(file ? [upload.field] : [])]
  const all = `${upload.field}, ${Object.keys(mediaSources).join(', ')}`
  if (ways.length > 1) throw refusedField('body', `takes one of ${all}; got ${ways.join(' and ')}`)
  if (ways.length === 0 && !upload.optional) throw refusedField('body', `needs a file: one of ${all}`)
}

/** Reads the bodies of an operation that takes a file: multipart as it streams in, or JSON. */
export const makeUploadReader = (operation: UploadOperation, { lenient }: { readonly lenient: boolean }) => {
  const { upload } = operation
  const schema = strictly(operation.body!)
  const naming = namingOf(operation.body, { lenient })

  const receive = async (request: Carrier, { spool, maxBytes, tooLarge }: Place) => {
    if (!isMultipart(request))
      return { fields: request.body === undefined ? {} : naming(request.body), file: undefined }
    if (Number(request.headers['content-length']) > maxBytes + aroundFileBytes) throw tooLarge()
    const take = (file: AsyncIterable<Uint8Array>) => spool.take(file, maxBytes, tooLarge)
    const { fields, file } = await receiveForm(request.body as Readable, request.headers, { field: upload.field, take })
    return { fields: coerceText(schema, naming(fields) as Record<string, unknown>), file }
  }

  const mediaOf = async (
    sources: Sources,
    form: FormFile | undefined,
    { spool, maxBytes, tooLarge }: Place,
  ): Promise<MediaInput | undefined> => {
    if (form) return { source: 'file', ...form }
    if (sources.base64 === undefined) return referenceOf(sources)
    const bytes = decodeBase64(sources.base64)
    return { source: 'file', file: await spool.take(Readable.from([bytes]), maxBytes, tooLarge) }
  }

  return async (request: Carrier, spool: Spool, limits: MediaLimits): Promise<ReadUpload> => {
    const largest = upload.largest ?? upload.kind
    const place = { spool, maxBytes: limits[largest], tooLarge: () => tooLargeFor(largest, limits) }
    const { fields: given, file: form } = await receive(request, place)
    let file: SpooledFile | undefined = form?.file
    const dispose = async () => file?.remove()
    try {
      const { fields, sources } = apart(validate(schema, 'body', given) as Record<string, unknown>, upload)
      checkOneSource(operation, sources, form)
      const media = await mediaOf(sources, form, place)
      if (media?.source === 'file') file = media.file
      const identity = media?.source === 'file' ? { sha256: media.file.sha256, name: media.fileName } : media
      return { body: { fields, media }, identity: { fields, media: identity }, dispose }
    } catch (error) {
      await dispose()
      throw error
    }
  }
}
