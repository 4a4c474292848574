import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import type { ServedFile } from '../media/served-file.ts'
import type { ByteRange } from '../media/store/object-store.ts'

/** What a request asks of a file: from a place on, up to one, or the last bytes. */
interface WantedRange {
  readonly start?: number
  readonly end?: number
  readonly last?: number
}

/** One range (RFC 9110 §14). Several at once, and what is none, count as the whole file. */
const readRange = (header: string | undefined): WantedRange | undefined => {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (from === '') return to === '' ? undefined : { last: Number(to) }
  if (to !== '' && Number(to) < Number(from)) return undefined
  return { start: Number(from), ...(to !== '' && { end: Number(to) }) }
}

/** @throws AppError range_not_satisfiable */
const within = (wanted: WantedRange, size: number, reply: FastifyReply): ByteRange => {
  const { last, start = size - Math.min(last ?? 0, size), end = size - 1 } = wanted
  if (start < size) return { start, end: Math.min(end, size - 1) }
  reply.header('content-range', `bytes */${size}`)
  throw new AppError('range_not_satisfiable')
}

/** RFC 6266: every name in UTF-8, and without other letters for who cannot read that. */
export const disposition = (name: string | undefined): string => {
  if (name === undefined) return 'attachment'
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const coded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`
}

/** Strangers made these files: nothing of them may run on the address of this API, and no page decides what they are. */
const strangers = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
} as const

const isKnown = (header = '', etag: string): boolean =>
  header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)

/** Sends a file: whole, or the part that the request asks for. @throws AppError range_not_satisfiable, and what {@link ServedFile.open} does */
export const sendFile = async (reply: FastifyReply, given: ServedFile): Promise<FastifyReply> => {
  const { headers, method } = reply.request
  const asked = readRange(headers.range)
  // One byte that cannot be had alone would be the whole file each time: it is stored first.
  const file = asked && !given.seekable ? ((await given.store?.()) ?? given) : given
  const { size, sha256, seekable } = file
  const etag = sha256 && `"${sha256}"`
  if (etag && isKnown(headers['if-none-match'], etag)) return reply.code(304).header('etag', etag).send()
  const holds = headers['if-range'] === undefined || headers['if-range'] === etag
  const range = asked && holds && seekable && size !== undefined ? within(asked, size, reply) : undefined
  const bytes = method === 'HEAD' ? [] : await file.open(range)
  const length = range ? range.end - range.start + 1 : size
  return reply
    .code(range ? 206 : 200)
    .headers({
      ...strangers,
      'content-disposition': disposition(file.fileName),
      'accept-ranges': 'bytes',
      // A client that asks again learns whether it is still the same.
      'cache-control': 'private, no-cache',
      ...(length !== undefined && { 'content-length': length }),
      ...(etag && { etag }),
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${size}` }),
    })
    .type(file.mimetype)
    .send(Readable.from(bytes, { objectMode: false }))
}
