import type { MediaSeal, UploadKind } from '@switchboard/engine'

interface MediaKind {
  readonly seal: MediaSeal
  /** Its place at the host. */
  readonly place: string
  /** A phone may begin to play it before it has the whole. */
  readonly played?: true
}

/** What files are sealed as, and where they lie (seen in: whatsmeow download.go and upload.go `mediaTypeToMMSType`, baileys `MEDIA_HKDF_KEY_MAPPING` and
 *  `MEDIA_PATH_MAP`). */
export const mediaKinds: Readonly<Record<UploadKind, MediaKind>> = {
  image: { seal: 'image', place: 'image' },
  video: { seal: 'video', place: 'video', played: true },
  audio: { seal: 'audio', place: 'audio', played: true },
  document: { seal: 'document', place: 'document' },
  sticker: { seal: 'image', place: 'image' },
  link_thumbnail: { seal: 'link_thumbnail', place: 'thumbnail-link' },
}
