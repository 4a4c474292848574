import type { MediaFields } from '../../wire/proto/index.ts'
import { putMedia } from '../media/put-media.ts'
import { sampleMedia } from '../media/sample-media.ts'
import type { ComposeScene, ContentKind, MessageContent } from './content-kind.ts'

export interface MediaWish {
  /** The file. A small sample of the kind when absent. */
  readonly data?: Uint8Array
  readonly mimetype?: string
  readonly caption?: string
  /** JPEG (for stickers PNG), small enough to travel inside the message. */
  readonly thumbnail?: Uint8Array
  readonly width?: number
  readonly height?: number
  /** Length of what can be played. */
  readonly seconds?: number
  /** Name of a document. */
  readonly file_name?: string
  /** Loudness of a voice note, 64 values from 0 to 100. */
  readonly waveform?: Uint8Array
  readonly animated?: boolean
}

type Media = ContentKind<MediaWish>

/** Seals and stores the file; returns what every kind says of it. */
function stored(scene: ComposeScene, kind: string, wish: MediaWish): MediaFields & { mimetype: string } {
  const sample = sampleMedia(kind)
  const { ctx } = scene
  const { fileSha256, fileEncSha256, fileLength, mediaKey, directPath, url } = putMedia(
    ctx.world,
    ctx.account.lid,
    kind,
    wish.data ?? sample.data,
  )
  return {
    ...{ url, directPath, mediaKey, fileSha256, fileEncSha256, fileLength },
    mimetype: wish.mimetype ?? sample.mimetype,
    mediaKeyTimestamp: ctx.world.seconds(),
    ...(wish.caption === undefined ? {} : { caption: wish.caption }),
    ...(wish.thumbnail && kind !== 'sticker' ? { jpegThumbnail: wish.thumbnail } : {}),
  }
}

function size({ width, height }: MediaWish): { width?: number; height?: number } {
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) }
}

function seen(kind: string, fields: MediaFields, more: Readonly<Record<string, unknown>> = {}): MessageContent {
  const { caption, mimetype, fileLength } = fields
  return {
    kind,
    ...(caption === undefined ? {} : { text: caption }),
    details: { mimetype, bytes: fileLength, ...more },
  }
}

export const image: Media = {
  name: 'image',
  compose: (scene, wish) => ({ imageMessage: { ...stored(scene, 'image', wish), ...size(wish) } }),
  read: ({ imageMessage: it }) => it && seen('image', it, { width: it.width, height: it.height }),
}

export const video: Media = {
  name: 'video',
  compose: (scene, wish) => ({
    videoMessage: { ...stored(scene, 'video', wish), ...size(wish), seconds: wish.seconds ?? 1 },
  }),
  read: ({ videoMessage: it }) =>
    it && !it.gifPlayback ? seen('video', it, { seconds: it.seconds, width: it.width, height: it.height }) : undefined,
}

/** A short silent video that repeats. */
export const gif: Media = {
  name: 'gif',
  compose: (scene, wish) => ({
    videoMessage: {
      ...{ ...stored(scene, 'video', wish), ...size(wish), seconds: wish.seconds ?? 1 },
      ...{ gifPlayback: true, gifAttribution: 0 },
    },
  }),
  read: ({ videoMessage: it }) => (it?.gifPlayback ? seen('gif', it, { seconds: it.seconds }) : undefined),
}

/** A round video note. */
export const videoNote: Media = {
  name: 'video_note',
  compose: (scene, wish) => ({ ptvMessage: { ...stored(scene, 'video', wish), seconds: wish.seconds ?? 1 } }),
  read: ({ ptvMessage: it }) => it && seen('video_note', it, { seconds: it.seconds }),
}

export const audio: Media = {
  name: 'audio',
  compose: (scene, wish) => ({ audioMessage: { ...stored(scene, 'audio', wish), seconds: wish.seconds ?? 1 } }),
  read: ({ audioMessage: it }) => (it && !it.ptt ? seen('audio', it, { seconds: it.seconds }) : undefined),
}

const flatWaveform = new Uint8Array(64).fill(30)

export const voice: Media = {
  name: 'voice',
  compose: (scene, wish) => ({
    audioMessage: {
      ...stored(scene, 'ptt', wish),
      ...{ ptt: true, seconds: wish.seconds ?? 1, waveform: wish.waveform ?? flatWaveform },
    },
  }),
  read: ({ audioMessage: it }) =>
    it?.ptt ? seen('voice', it, { seconds: it.seconds, waveform: it.waveform !== undefined }) : undefined,
}

/** A file of any type; with a caption it travels in a wrapper (baileys and whatsmeow read both). */
export const document: Media = {
  name: 'document',
  compose: (scene, wish) => {
    const fileName = wish.file_name ?? 'sample.pdf'
    const documentMessage = { ...stored(scene, 'document', wish), fileName, title: fileName }
    if (wish.caption === undefined) return { documentMessage }
    return { documentWithCaptionMessage: { message: { documentMessage } } }
  },
  read: ({ documentMessage: it }) => it && seen('document', it, { file_name: it.fileName, title: it.title }),
}

export const sticker: Media = {
  name: 'sticker',
  compose: (scene, wish) => ({
    stickerMessage: {
      ...stored(scene, 'sticker', wish),
      ...{ width: wish.width ?? 512, height: wish.height ?? 512, isAnimated: wish.animated ?? false },
      ...(wish.thumbnail ? { pngThumbnail: wish.thumbnail } : {}),
      stickerSentTs: scene.ctx.world.clock.now(),
    },
  }),
  read: ({ stickerMessage: it }) => it && seen('sticker', it, { animated: it.isAnimated ?? false }),
}
