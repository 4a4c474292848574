import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { type MediaInput, mediaSources, type UploadBody, type UploadOperation } from '../kit/define-upload.ts'
import { mediaLimits } from '../media/limits.ts'
import type { Spool, SpooledFile } from '../media/spool.ts'
import { isMultipart } from './body-parsers.ts'
import { coerceText } from './coerce-text.ts'
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

type Sources = { readonly [Name in keyof typeof mediaSources]?: string }

const decodeBase64 = (text: string): Buffer => {
  const plain = text.replace(/^data:[^,]*;base64,/, '').replaceAll(/\s/g, '')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(plain)) throw new AppError('invalid_request', 'body.base64: is not base64')
  return Buffer.from(plain, 'base64')
}

const referenceOf = ({ url, media_id, message_id }: Sources): MediaInput | undefined => {
  if (url !== undefined) return { source: 'url', url }
  if (media_id !== undefined) return { source: 'media_id', mediaId: media_id }
  return message_id === undefined ? undefined : { source: 'message_id', messageId: message_id }
}

/** Fields without the ways to name a file, and those. */
const apart = (body: Record<string, unknown>): { fields: Record<string, unknown>; sources: Sources } => {
  const isSource = ([name]: [string, unknown]) => name in mediaSources
  const entries = Object.entries(body)
  return {
    fields: Object.fromEntries(entries.filter((entry) => !isSource(entry))),
    sources: Object.fromEntries(entries.filter(isSource)) as Sources,
  }
}

const checkOneSource = ({ upload }: UploadOperation, sources: Sources, file: FormFile | undefined): void => {
  const ways = [...Object.keys(sources), ...(file ? [upload.field] : [])]
  const all = `${upload.field}, ${Object.keys(mediaSources).join(', ')}`
  if (ways.length > 1) throw new AppError('invalid_request', `body: takes one of ${all}; got ${ways.join(' and ')}`)
  if (ways.length === 0 && !upload.optional) throw new AppError('invalid_request', `body: needs a file: one of ${all}`)
}

/** Reads the bodies of an operation that takes a file: multipart as it streams in, or JSON. */
export const makeUploadReader = (operation: UploadOperation) => {
  const { upload } = operation
  const schema = strictly(operation.body!)
  const maxBytes = mediaLimits[upload.kind]
  const tooLarge = () =>
    new AppError('payload_too_large', `A file for ${upload.kind} has at most ${maxBytes / 1024 / 1024} MiB`, {
      details: { kind: upload.kind, limit_bytes: maxBytes },
    })

  const receive = async (request: FastifyRequest, spool: Spool) => {
    if (!isMultipart(request)) return { fields: request.body === undefined ? {} : request.body, file: undefined }
    if (Number(request.headers['content-length']) > maxBytes + aroundFileBytes) throw tooLarge()
    const take = (file: AsyncIterable<Uint8Array>) => spool.take(file, maxBytes, tooLarge)
    const { fields, file } = await receiveForm(request.body as Readable, request.headers, { field: upload.field, take })
    return { fields: coerceText(schema, fields), file }
  }

  const mediaOf = async (
    sources: Sources,
    form: FormFile | undefined,
    spool: Spool,
  ): Promise<MediaInput | undefined> => {
    if (form) return { source: 'file', ...form }
    if (sources.base64 === undefined) return referenceOf(sources)
    const bytes = decodeBase64(sources.base64)
    return { source: 'file', file: await spool.take(Readable.from([bytes]), maxBytes, tooLarge) }
  }

  return async (request: FastifyRequest, spool: Spool): Promise<ReadUpload> => {
    const { fields: given, file: form } = await receive(request, spool)
    let file: SpooledFile | undefined = form?.file
    const dispose = async () => file?.remove()
    try {
      const { fields, sources } = apart(validate(schema, 'body', given) as Record<string, unknown>)
      checkOneSource(operation, sources, form)
      const media = await mediaOf(sources, form, spool)
      if (media?.source === 'file') file = media.file
      const identity = media?.source === 'file' ? { sha256: media.file.sha256, name: media.fileName } : media
      return { body: { fields, media }, identity: { fields, media: identity }, dispose }
    } catch (error) {
      await dispose()
      throw error
    }
  }
}
