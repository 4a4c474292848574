import { EngineError, type MediaContent, type OutgoingFile, type UploadedFile } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import { Message as codec } from '../proto/message.ts'
import { present } from './fields.ts'
import { placeFields } from './media.ts'
import { changeContent, unwrap } from './unwrap.ts'

const fields = [
  'imageMessage',
  'videoMessage',
  'ptvMessage',
  'audioMessage',
  'documentMessage',
  'stickerMessage',
] as const

type Carrier = (typeof fields)[number]
type Fields<Name extends Carrier> = NonNullable<Message[Name]>

const carrierOf = (message: Message): Carrier | undefined => fields.find((name) => message[name])

/** A composed message with its file, now that it is uploaded. @throws EngineError `invalid_argument` */
export function withFile(bytes: Uint8Array, file: UploadedFile): Uint8Array {
  return codec.encode(changeContent(codec.decode(bytes), (content) => placed(content, file)))
}

function placed(message: Message, file: UploadedFile): Message {
  const carrier = carrierOf(message)
  if (!carrier) throw new EngineError('invalid_argument', 'a message without a file')
  const isPlayed = carrier === 'videoMessage' || carrier === 'ptvMessage' || carrier === 'audioMessage'
  const { sidecar, firstFrame } = file
  return {
    ...message,
    [carrier]: {
      ...{ ...message[carrier], ...placeFields(file) },
      ...(isPlayed ? present({ streamingSidecar: sidecar }) : {}),
      ...(carrier === 'stickerMessage' && firstFrame
        ? { firstFrameLength: firstFrame.length, firstFrameSidecar: firstFrame.sidecar }
        : {}),
    },
  }
}

/** The file of a message as content to send again. Undefined when it has none, or it is at no host. */
export function mediaIn(bytes: Uint8Array): MediaContent | undefined {
  const { message } = unwrap(codec.decode(bytes))
  const carrier = carrierOf(message)
  return carrier && readers[carrier](message[carrier] as never)
}

type Reader<Name extends Carrier> = (value: Fields<Name>) => MediaContent | undefined

const size = ({ width, height }: { width?: number | undefined; height?: number | undefined }) =>
  present({ width: width || undefined, height: height || undefined })

const thumbnail = ({ jpegThumbnail }: { jpegThumbnail?: Uint8Array | undefined }) =>
  present({ thumbnail: jpegThumbnail?.length ? { jpeg: jpegThumbnail } : undefined })

const readers: { readonly [Name in Carrier]: Reader<Name> } = {
  imageMessage(value) {
    const file = fileIn(value)
    return file && { type: 'image', file, ...size(value), ...thumbnail(value) }
  },
  videoMessage(value) {
    const file = fileIn(value)
    const gif = value.gifPlayback || undefined
    return (
      file && { type: 'video', file, ...size(value), ...thumbnail(value), ...present({ seconds: value.seconds, gif }) }
    )
  },
  ptvMessage(value) {
    const file = fileIn(value)
    const shown = { ...size(value), ...thumbnail(value), ...present({ seconds: value.seconds }) }
    return file && { type: 'video', file, ...shown, ptv: true }
  },
  audioMessage(value) {
    const file = fileIn(value)
    const { seconds, waveform, ptt } = value
    return file && { type: 'audio', file, ...present({ seconds, waveform, ptt: ptt || undefined }) }
  },
  documentMessage(value) {
    const file = fileIn(value)
    const { fileName, title, pageCount } = value
    const pages = pageCount || undefined
    return (
      file && { type: 'document', file, fileName: fileName || title || '', ...present({ pages }), ...thumbnail(value) }
    )
  },
  stickerMessage(value) {
    const file = fileIn(value)
    return file && { type: 'sticker', file, ...size(value), ...present({ animated: value.isAnimated || undefined }) }
  },
}

interface FileFields {
  readonly url?: string | undefined
  readonly directPath?: string | undefined
  readonly mimetype?: string | undefined
  readonly mediaKey?: Uint8Array | undefined
  readonly mediaKeyTimestamp?: number | undefined
  readonly fileSha256?: Uint8Array | undefined
  readonly fileEncSha256?: Uint8Array | undefined
  readonly fileLength?: number | undefined
  readonly streamingSidecar?: Uint8Array | undefined
  readonly firstFrameLength?: number | undefined
  readonly firstFrameSidecar?: Uint8Array | undefined
}

/** A file that is somewhere, and can be opened. */
function fileIn(fields: FileFields): OutgoingFile | undefined {
  const { url, directPath, mediaKey, fileSha256, fileEncSha256, fileLength } = fields
  if (!directPath || !mediaKey?.length || !fileSha256?.length || !fileEncSha256?.length || !fileLength) return undefined
  const { streamingSidecar, firstFrameLength, firstFrameSidecar, mediaKeyTimestamp = 0 } = fields
  return {
    mimetype: fields.mimetype ?? 'application/octet-stream',
    size: fileLength,
    sha256: fileSha256,
    uploaded: {
      ...{ directPath, url: url ?? '', mediaKey, mediaKeyAt: mediaKeyTimestamp * 1000 },
      ...{ sha256: fileSha256, encSha256: fileEncSha256, size: fileLength },
      ...(streamingSidecar?.length ? { sidecar: streamingSidecar } : {}),
      ...(firstFrameLength && firstFrameSidecar?.length
        ? { firstFrame: { length: firstFrameLength, sidecar: firstFrameSidecar } }
        : {}),
    },
  }
}
