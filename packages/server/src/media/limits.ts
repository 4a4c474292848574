/** What a file is for. */
export type MediaKind = 'image' | 'video' | 'audio' | 'sticker' | 'document'

const mib = 1024 * 1024

/** The largest file of each kind that is taken, bytes. */
export const mediaLimits: Readonly<Record<MediaKind, number>> = {
  image: 20 * mib,
  audio: 20 * mib,
  sticker: 20 * mib,
  document: 50 * mib,
  video: 100 * mib,
}
