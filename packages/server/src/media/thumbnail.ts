import { EngineError } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { MediaParts, MessageFile } from './media-parts.ts'

/** The largest picture of a file that is handed out. */
const mostBytes = 2 * 1024 * 1024

export interface Picture {
  readonly mimetype: string
  readonly bytes: Uint8Array
}

/** The smaller picture that a message has of its file: the one at WhatsApp, else the one in the message.
 *  @throws AppError media_not_found when it has none, or it is gone; whatsapp_error | whatsapp_timeout | device_not_… */
export async function thumbnailOf(
  { sessions }: Pick<MediaParts, 'sessions'>,
  { deviceId, files: { thumbnail, smallThumbnail } }: MessageFile,
  signal: AbortSignal,
): Promise<Picture> {
  if (!thumbnail && !smallThumbnail) throw new AppError('media_not_found', 'The message has no thumbnail')
  if (!thumbnail) return smallThumbnail!
  try {
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of await sessions.require(deviceId).use('downloads').fetch(thumbnail, { signal })) {
      size += part.length
      if (size > mostBytes) throw new EngineError('media_flawed', 'a thumbnail that is too large')
      parts.push(part)
    }
    return { mimetype: 'image/jpeg', bytes: Buffer.concat(parts) }
  } catch (error) {
    if (smallThumbnail) return smallThumbnail
    // There is nobody who could be asked for it again.
    const isLost = error instanceof EngineError && (error.code === 'media_gone' || error.code === 'media_flawed')
    throw isLost ? new AppError('media_not_found', 'The thumbnail is gone', { cause: error }) : error
  }
}
