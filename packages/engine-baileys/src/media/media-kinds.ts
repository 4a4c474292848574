import type { UploadKind } from '@switchboard/engine'

interface MediaKind {
  /** Separates the keys of kinds: `WhatsApp <label> Keys`. */
  readonly label: string
  /** Its place at the host. */
  readonly place: string
  /** A phone may begin to play it before it has the whole. */
  readonly played?: true
}

/** Labels and places (seen in: whatsmeow download.go and upload.go `mediaTypeToMMSType`, baileys `MEDIA_HKDF_KEY_MAPPING` and `MEDIA_PATH_MAP`). */
export const mediaKinds: Readonly<Record<UploadKind, MediaKind>> = {
  image: { label: 'Image', place: 'image' },
  video: { label: 'Video', place: 'video', played: true },
  audio: { label: 'Audio', place: 'audio', played: true },
  document: { label: 'Document', place: 'document' },
  sticker: { label: 'Image', place: 'image' },
  link_thumbnail: { label: 'Link Thumbnail', place: 'thumbnail-link' },
}
