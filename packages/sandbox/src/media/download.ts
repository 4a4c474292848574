import type { IncomingMessage, ServerResponse } from 'node:http'
import type { World } from '../world/world.ts'
import { MediaRefusal } from './media-refusal.ts'
import { resetConnection, strikeAtStart } from './strike-transfer.ts'

const reasons = { 403: 'URL signature mismatch', 404: 'no such file', 410: 'the file is gone' } as const

/** Sends a file, or the part of it that `Range` asks for (baileys seeks with it, messages-media.js). */
export async function download(
  world: World,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const fault = world.media.downloadFaults.next()
  await strikeAtStart(fault, request)
  if (fault?.kind === 'hold') await fault.until
  const found = world.media.find(url.pathname + url.search)
  if (found.status !== 200) throw new MediaRefusal(found.status, reasons[found.status])
  const { bytes, hash } = found.file
  const named = url.searchParams.get('hash')
  // whatsmeow names the hash it expects; it is empty for what travels unencrypted.
  if (named && Buffer.from(named, 'base64url').toString('base64url') !== hash) {
    throw new MediaRefusal(404, 'the link leads to another file than hash says')
  }
  const range = readRange(request.headers.range, bytes.length)
  if (range === 'bad') {
    response.setHeader('content-range', `bytes */${bytes.length}`)
    throw new MediaRefusal(416, 'the range is outside of the file')
  }
  const { start, end } = range ?? { start: 0, end: bytes.length - 1 }
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    etag: `"${hash}"`,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${bytes.length}` } : {}),
  })
  if (fault?.kind === 'break') {
    const length = Math.floor((end - start + 1) * fault.share)
    response.write(bytes.subarray(start, start + length), () => resetConnection(request))
    return
  }
  world.log.append('media.downloaded', { kind: found.link.kind, bytes: end - start + 1 })
  response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start, end + 1))
}

/** One byte range (RFC 9110 §14.1.2). Undefined for none, or for a form that may be ignored. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | 'bad' | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!parts || (parts[1] === '' && parts[2] === '')) return undefined
  const [, from = '', to = ''] = parts
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'bad' : { start: size - length, end: size - 1 }
  }
  const start = Number(from)
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start >= size || start > end ? 'bad' : { start, end }
}
