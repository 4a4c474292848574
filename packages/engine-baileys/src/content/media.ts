import type { MediaView } from '@switchboard/engine'
import type { StickerPackMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { hex, present } from './fields.ts'

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

export const image = defineKind({
  type: 'image',
  fields: ['imageMessage'],
  describe: (value) => described(value, present({ width: value.width, height: value.height })),
  stanzaType: 'media',
  mediaKind: 'image',
})

export const video = defineKind({
  type: 'video',
  fields: ['videoMessage'],
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
  describe: ({ seconds, ptt, ...value }) => described(value, present({ seconds, ptt: ptt || undefined })),
  stanzaType: 'media',
  mediaKind: ({ ptt }) => (ptt ? 'ptt' : 'audio'),
})

export const document = defineKind({
  type: 'document',
  fields: ['documentMessage'],
  describe: ({ fileName, title, pageCount, ...value }) =>
    described(value, present({ fileName: fileName || title, pages: pageCount || undefined })),
  stanzaType: 'media',
  mediaKind: 'document',
})

export const sticker = defineKind({
  type: 'sticker',
  fields: ['stickerMessage'],
  describe: ({ width, height, isAnimated, isLottie, ...value }) =>
    described(value, present({ width, height, animated: isAnimated || isLottie || undefined })),
  stanzaType: 'media',
  mediaKind: 'sticker',
})

export const stickerPack = defineKind({
  type: 'sticker_pack',
  fields: ['stickerPackMessage'],
  describe: ({ name, caption, ...value }: StickerPackMessage) => described({ ...value, caption: caption || name }),
  stanzaType: 'media',
  mediaKind: 'sticker_pack',
})

/** The parent of pictures that come after it, each as a message of its own that names it. */
export const album = defineKind({
  type: 'album',
  fields: ['albumMessage'],
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
