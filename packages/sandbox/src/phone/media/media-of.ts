import type { MediaFields, Message } from '../../wire/proto/index.ts'

/** The file that a message carries. */
export interface CarriedMedia {
  /** Kind that its keys are derived with. */
  readonly kind: 'image' | 'video' | 'audio' | 'document' | 'sticker' | 'sticker-pack' | 'thumbnail-link'
  readonly fields: MediaFields
}

/** The file of a message without wrappers; undefined when it carries none. */
export function mediaOf(inner: Message): CarriedMedia | undefined {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage, stickerPackMessage } =
    inner
  if (imageMessage) return { kind: 'image', fields: imageMessage }
  if (videoMessage ?? ptvMessage) return { kind: 'video', fields: (videoMessage ?? ptvMessage)! }
  if (audioMessage) return { kind: 'audio', fields: audioMessage }
  if (documentMessage) return { kind: 'document', fields: documentMessage }
  if (stickerPackMessage) return { kind: 'sticker-pack', fields: stickerPackMessage }
  return stickerMessage && { kind: 'sticker', fields: stickerMessage }
}

/** The large picture of a link preview; undefined when there is none. */
export function linkThumbnailOf({ extendedTextMessage: text }: Message): CarriedMedia | undefined {
  const { thumbnailDirectPath: directPath, thumbnailSha256: fileSha256, thumbnailEncSha256: fileEncSha256 } = text ?? {}
  if (!directPath) return undefined
  const { mediaKey } = text ?? {}
  const fields: MediaFields = {
    directPath,
    ...(mediaKey ? { mediaKey } : {}),
    ...(fileSha256 ? { fileSha256 } : {}),
    ...(fileEncSha256 ? { fileEncSha256 } : {}),
  }
  return { kind: 'thumbnail-link', fields }
}

/** Name of a message's file at the media host. */
export function fileHash({ fileEncSha256 }: MediaFields): string {
  return Buffer.from(fileEncSha256 ?? []).toString('base64url')
}

/** Where a message says that its file is. whatsmeow follows directPath alone, baileys prefers it to url. */
export function filePath({ directPath, url }: MediaFields): string {
  if (directPath) return directPath
  const named = URL.parse(url ?? '')
  return named ? named.pathname + named.search : ''
}
