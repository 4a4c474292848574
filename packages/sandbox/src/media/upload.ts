import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import { mediaKind } from '../world/media/media-kinds.ts'
import type { TransferFault } from '../world/media/transfer-faults.ts'
import { checkUploadAuth } from '../world/media/upload-auth.ts'
import type { World } from '../world/world.ts'
import { MediaRefusal } from './media-refusal.ts'
import type { PartialUploads } from './partial-uploads.ts'
import { resetConnection, strikeAtStart } from './strike-transfer.ts'
import type { UploadTarget } from './upload-path.ts'

/** The answer to an uploader. `handle` names newsletter media in the message that shows it (whatsmeow upload.go). */
export interface UploadAnswer {
  readonly url: string
  readonly direct_path: string
  readonly handle?: string
  readonly object_id?: string
}

/** The device behind `auth`. @throws MediaRefusal 401 */
export function uploader(world: World, url: URL): Device {
  const device = checkUploadAuth(world, url.searchParams.get('auth') ?? '')
  if (!device) throw new MediaRefusal(401, 'auth is missing, forged or has ended')
  return device
}

/** Takes a file: the body, or with `file_offset` the rest of one that broke off. Its hash must be the one in the path and in `token`. */
export async function upload(
  world: World,
  partial: PartialUploads,
  target: UploadTarget,
  url: URL,
  request: IncomingMessage,
): Promise<UploadAnswer> {
  const device = uploader(world, url)
  checkToken(target, url)
  const fault = world.media.uploadFaults.next()
  await strikeAtStart(fault, request)
  const { bytes, offset } = await receive(partial, target, url, request, fault)
  if (fault?.kind === 'hold') {
    world.log.append('media.held', { device: deviceName(device), kind: target.kind })
    await fault.until
  }
  if (bytes.length === 0) throw new MediaRefusal(400, 'the body is empty')
  const found = createHash('sha256').update(bytes).digest('base64url')
  if (found !== target.hash) throw new MediaRefusal(400, 'the body has another SHA-256 than the path says')
  const { path } = world.media.put(target.kind, bytes, device.account.lid)
  const continued = offset > 0 ? { from: offset } : {}
  world.log.append('media.uploaded', {
    ...{ device: deviceName(device), kind: target.kind, bytes: bytes.length },
    ...continued,
  })
  return answer(world, target, path)
}

/** How much of a file is here: all of it, or the offset to continue from. Seen in one client, which says that WhatsApp Web asks so (whatsapp-rust
 *  src/upload.rs, 240d631): the offset is a text. */
export function resumePoint(
  world: World,
  partial: PartialUploads,
  target: UploadTarget,
  url: URL,
): (UploadAnswer & { resume: 'complete' }) | { resume: string } {
  uploader(world, url)
  checkToken(target, url)
  const path = world.media.linkTo(target.kind, target.hash)
  return path ? { resume: 'complete', ...answer(world, target, path) } : { resume: String(partial.size(target.hash)) }
}

function answer(world: World, { kind, hash }: UploadTarget, path: string): UploadAnswer {
  const newsletter = kind.startsWith('newsletter-') ? { handle: `H:${hash}`, object_id: hash } : {}
  return { url: `https://${world.mediaHost}${path}`, direct_path: path, ...newsletter }
}

function checkToken({ hash }: UploadTarget, url: URL): void {
  const token = url.searchParams.get('token') ?? ''
  if (Buffer.from(token, 'base64url').toString('base64url') !== hash) {
    throw new MediaRefusal(400, 'token is not the hash in the path')
  }
}

async function receive(
  partial: PartialUploads,
  { kind, hash }: UploadTarget,
  url: URL,
  request: IncomingMessage,
  fault: TransferFault | undefined,
): Promise<{ bytes: Buffer; offset: number }> {
  const { maxBytes } = mediaKind(kind)
  const offset = Number(url.searchParams.get('file_offset') ?? 0)
  const chunks = Number.isSafeInteger(offset) && offset >= 0 ? partial.take(hash, offset) : undefined
  if (!chunks) throw new MediaRefusal(416, `no upload to continue at ${offset}`)
  let size = offset
  const coming = Number(request.headers['content-length'] ?? 0)
  const breaksAt = fault?.kind === 'break' ? offset + Math.floor(coming * fault.share) : Number.POSITIVE_INFINITY
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw new MediaRefusal(413, `${kind} may have ${maxBytes} bytes`)
      chunks.push(chunk)
      if (size >= breaksAt) {
        resetConnection(request)
        throw new Error('reset on command')
      }
    }
  } catch (error) {
    if (error instanceof MediaRefusal) throw error
    partial.keep(hash, chunks)
    throw new MediaRefusal(400, 'the upload broke off')
  }
  partial.forget(hash)
  return { bytes: Buffer.concat(chunks), offset }
}
