import { EngineError, type MediaView, type OutgoingFile, type Thumbnail, type UploadedFile } from '@switchboard/engine'
import type { StickerPackMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { filledList, hex, present } from './fields.ts'

interface FileFields {
  mimetype?: string | undefined
  fileLength?: number | undefined
  fileSha256?: Uint8Array | undefined
  caption?: string | undefined
  viewOnce?: boolean | undefined
}

/** What every kind of file has. */
function described(file: FileFields, more: MediaView = {}) {
  const { mimetype, fileLength, fileSha256, caption, viewOnce } = file
  return {
    ...present({ text: caption }),
    ...(viewOnce ? { viewOnce } : {}),
    media: { ...present({ mimetype, size: fileLength, sha256: hex(fileSha256) }), ...present(more) },
  }
}

/** What every kind says of a file that is to be sent. */
function fileFields({ mimetype, size, sha256, uploaded, open }: OutgoingFile) {
  if (size === 0) throw new EngineError('invalid_argument', 'an empty file')
  return { mimetype, fileLength: size, fileSha256: sha256, ...(uploaded ? placeFields(uploaded) : {}), ...open }
}

/** Where an uploaded file is, and what opens it. */
export function placeFields({ url, directPath, mediaKey, mediaKeyAt, sha256, encSha256, size }: UploadedFile) {
  const mediaKeyTimestamp = Math.floor(mediaKeyAt / 1000)
  return {
    ...present({ url }),
    ...{ directPath, mediaKey, mediaKeyTimestamp, fileSha256: sha256, fileEncSha256: encSha256, fileLength: size },
  }
}

const streamed = ({ uploaded }: OutgoingFile) => present({ streamingSidecar: uploaded?.sidecar })

const once = (viewOnce: boolean | undefined) => (viewOnce ? { viewOnce } : {})

const picture = (thumbnail: Thumbnail | undefined) => present({ jpegThumbnail: thumbnail?.jpeg })

const size = ({ width, height }: Thumbnail = { jpeg: new Uint8Array() }) =>
  present({ thumbnailWidth: width, thumbnailHeight: height })

const firstFrame = ({ uploaded }: Pick<OutgoingFile, 'uploaded'>) =>
  present({ firstFrameLength: uploaded?.firstFrame?.length, firstFrameSidecar: uploaded?.firstFrame?.sidecar })

export const image = defineKind({
  type: 'image',
  fields: ['imageMessage'],
  compose: ({ file, caption, viewOnce, width, height, thumbnail }) => ({
    imageMessage: {
      ...{ ...fileFields(file), ...present({ caption, width, height }), ...picture(thumbnail), ...once(viewOnce) },
    },
  }),
  describe: (value) => described(value, present({ width: value.width, height: value.height })),
  stanzaType: 'media',
  mediaKind: 'image',
})

export const video = defineKind({
  type: 'video',
  fields: ['videoMessage'],
  compose({ file, caption, viewOnce, seconds, width, height, thumbnail, gif, ptv }) {
    const shown = { ...fileFields(file), ...streamed(file), ...present({ seconds, width, height }), ...once(viewOnce) }
    if (ptv) return { ptvMessage: { ...shown, ...picture(thumbnail) } }
    const looping = gif ? { gifPlayback: true } : {}
    return { videoMessage: { ...shown, ...present({ caption }), ...picture(thumbnail), ...looping } }
  },
  describe({ width, height, seconds, gifPlayback, ...value }) {
    return described(value, present({ width, height, seconds, gif: gifPlayback || undefined }))
  },
  stanzaType: 'media',
  mediaKind: ({ gifPlayback }) => (gifPlayback ? 'gif' : 'video'),
})

/** A round video note. */
export const videoNote = defineKind({
  type: 'video',
  fields: ['ptvMessage'],
  describe: ({ width, height, seconds, ...value }) => described(value, present({ width, height, seconds, ptv: true })),
  stanzaType: 'media',
  mediaKind: 'ptv',
})

export const audio = defineKind({
  type: 'audio',
  fields: ['audioMessage'],
  compose: ({ file, viewOnce, seconds, ptt, waveform }) => ({
    audioMessage: {
      ...{ ...fileFields(file), ...streamed(file), ...present({ seconds, waveform }), ...once(viewOnce) },
      ...(ptt ? { ptt } : {}),
    },
  }),
  describe: ({ seconds, ptt, ...value }) => described(value, present({ seconds, ptt: ptt || undefined })),
  stanzaType: 'media',
  mediaKind: ({ ptt }) => (ptt ? 'ptt' : 'audio'),
})

export const document = defineKind({
  type: 'document',
  fields: ['documentMessage'],
  // One with a caption travels in a wrapper; older phones know it by that (seen in: baileys messages.js, zapo content.ts).
  compose({ file, fileName, caption, pages, thumbnail }) {
    const documentMessage = {
      ...{ ...fileFields(file), fileName, title: fileName, ...present({ caption, pageCount: pages }) },
      ...{ ...picture(thumbnail), ...size(thumbnail) },
    }
    return caption ? { documentWithCaptionMessage: { message: { documentMessage } } } : { documentMessage }
  },
  describe: ({ fileName, title, pageCount, ...value }) =>
    described(value, present({ fileName: fileName || title, pages: pageCount || undefined })),
  stanzaType: 'media',
  mediaKind: 'document',
})

export const sticker = defineKind({
  type: 'sticker',
  fields: ['stickerMessage'],
  compose: ({ file, width, height, animated }, { now }) => ({
    stickerMessage: {
      ...{ ...fileFields(file), ...firstFrame(file), ...present({ width, height }), stickerSentTs: now },
      ...(animated ? { isAnimated: true } : {}),
    },
  }),
  describe: ({ width, height, isAnimated, isLottie, ...value }) =>
    described(value, present({ width, height, animated: isAnimated || isLottie || undefined })),
  stanzaType: 'media',
  mediaKind: 'sticker',
})

export const stickerPack = defineKind({
  type: 'sticker_pack',
  fields: ['stickerPackMessage'],
  describe: ({ name, caption, ...value }: StickerPackMessage) => ({
    ...described({ ...value, mimetype: 'application/zip', caption: caption || name }),
    stickerPack: {
      ...present({ id: value.stickerPackId, name, publisher: value.publisher, description: value.packDescription }),
      stickers: (value.stickers ?? []).map(({ fileName, emojis, isAnimated, accessibilityLabel }) =>
        present({
          ...{ fileName, emojis: filledList(emojis ?? []), animated: isAnimated || undefined },
          label: accessibilityLabel,
        }),
      ),
    },
  }),
  stanzaType: 'media',
  mediaKind: 'sticker_pack',
})

/** The parent of pictures that come after it, each as a message of its own that names it. */
export const album = defineKind({
  type: 'album',
  fields: ['albumMessage'],
  compose: ({ images, videos }) => ({ albumMessage: { expectedImageCount: images, expectedVideoCount: videos } }),
  describe: ({ expectedImageCount, expectedVideoCount }) => ({
    album: { images: expectedImageCount ?? 0, videos: expectedVideoCount ?? 0 },
  }),
  stanzaType: 'text',
})

/** Messages of a group's past, for a new member. */
export const historyBundle = defineKind({
  type: 'history_bundle',
  fields: ['messageHistoryBundle'],
  describe: (value) => described(value),
  stanzaType: 'media',
  mediaKind: 'group_history',
})
