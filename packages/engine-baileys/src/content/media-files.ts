import type { MediaFile, MediaFiles, MediaSeal } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import { unlessMalformed } from '../proto/codec.ts'
import { Message as codec } from '../proto/message.ts'
import { present } from './fields.ts'
import { unwrap } from './unwrap.ts'

/** What messages say of a file, whatever kind it is. */
interface FileFields {
  readonly url?: string | undefined
  readonly directPath?: string | undefined
  readonly mediaKey?: Uint8Array | undefined
  readonly fileSha256?: Uint8Array | undefined
  readonly fileEncSha256?: Uint8Array | undefined
  readonly fileLength?: number | undefined
  readonly thumbnailDirectPath?: string | undefined
  readonly thumbnailSha256?: Uint8Array | undefined
  readonly thumbnailEncSha256?: Uint8Array | undefined
  readonly jpegThumbnail?: Uint8Array | undefined
  readonly pngThumbnail?: Uint8Array | undefined
}

type Carrier = readonly [field: Extract<keyof Message, string>, file: MediaSeal | undefined, thumbnail?: MediaSeal]

/** Fields of a message that carry a file, and what file and picture are sealed as. Stickers are sealed as images, video notes as videos. */
const carriers: readonly Carrier[] = [
  ['imageMessage', 'image', 'image_thumbnail'],
  ['videoMessage', 'video', 'video_thumbnail'],
  ['ptvMessage', 'video', 'video_thumbnail'],
  ['audioMessage', 'audio'],
  ['documentMessage', 'document', 'document_thumbnail'],
  ['stickerMessage', 'image'],
  ['stickerPackMessage', 'sticker_pack', 'sticker_pack_thumbnail'],
  ['messageHistoryBundle', 'group_history'],
  ['extendedTextMessage', undefined, 'link_thumbnail'],
]

/** The files of a message; none for bytes that are no message. */
export function filesOf(bytes: Uint8Array): MediaFiles {
  const message = unlessMalformed(() => unwrap(codec.decode(bytes)).message)
  if (!message) return {}
  for (const [field, file, thumbnail] of carriers) {
    const fields = message[field] as FileFields | undefined
    if (fields) return filesIn(fields, file, thumbnail)
  }
  return {}
}

const filled = (bytes: Uint8Array | undefined): Uint8Array | undefined => (bytes?.length ? bytes : undefined)

function filesIn(fields: FileFields, file: MediaSeal | undefined, thumbnail: MediaSeal | undefined): MediaFiles {
  const { jpegThumbnail, pngThumbnail } = fields
  const [jpeg, png] = [filled(jpegThumbnail), filled(pngThumbnail)]
  return present({
    file: file && fileIn(fields, file),
    thumbnail: thumbnail && thumbnailIn(fields, thumbnail),
    smallThumbnail: jpeg ? { mimetype: 'image/jpeg', bytes: jpeg } : png && { mimetype: 'image/png', bytes: png },
  })
}

function fileIn(fields: FileFields, seal: MediaSeal): MediaFile | undefined {
  const path = fields.directPath || fields.url
  if (!path) return undefined
  return {
    ...{ seal, path },
    ...present({ key: filled(fields.mediaKey), sha256: filled(fields.fileSha256), size: fields.fileLength }),
    ...present({ sealedSha256: filled(fields.fileEncSha256) }),
  }
}

// The picture is sealed with the key of the file.
function thumbnailIn(fields: FileFields, seal: MediaSeal): MediaFile | undefined {
  const { thumbnailDirectPath: path, mediaKey, thumbnailSha256, thumbnailEncSha256 } = fields
  if (!path) return undefined
  return {
    ...{ seal, path },
    ...present({ key: filled(mediaKey), sha256: filled(thumbnailSha256), sealedSha256: filled(thumbnailEncSha256) }),
  }
}
