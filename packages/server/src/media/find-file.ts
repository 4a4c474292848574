import { AppError } from '../errors/app-error.ts'
import type { MessageTable } from '../storage/schema.ts'
import { mediaIdOf } from './links.ts'
import type { MediaParts, MessageFile } from './media-parts.ts'

type Parts = Pick<MediaParts, 'messages' | 'media' | 'engine'>

/** The file of a message. @param chats addresses under which its chat may be stored. @throws AppError media_not_found */
export async function findFile(
  parts: Parts,
  deviceId: string,
  messageId: string,
  chats: readonly string[],
): Promise<MessageFile> {
  const rows = await parts.messages.findAll(deviceId, messageId)
  return fileOf(
    parts,
    deviceId,
    rows.find(({ chat }) => chats.includes(chat)),
  )
}

/** The file that a name in a link means. @throws AppError media_not_found */
export async function findNamed(parts: Parts, mediaId: string): Promise<MessageFile> {
  const row = await parts.media.byId(mediaId)
  if (!row) throw new AppError('media_not_found')
  return findFile(parts, row.device_id, row.message_id, [row.chat])
}

async function fileOf(parts: Parts, deviceId: string, message: MessageTable | undefined): Promise<MessageFile> {
  // What was taken back is gone here too.
  if (!message?.body || message.deleted_at !== null) throw new AppError('media_not_found')
  const { body, chat, id } = message
  const [known] = await parts.media.find(deviceId, [chat], [id])
  return {
    deviceId,
    id: known?.id ?? mediaIdOf(deviceId, chat, id),
    message,
    body,
    view: parts.engine.describe(body),
    files: parts.engine.files(body),
    known,
  }
}
