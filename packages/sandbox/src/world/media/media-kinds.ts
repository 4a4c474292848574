const mebibyte = 1024 * 1024

export interface MediaKind {
  /** What the keys are derived with: `WhatsApp <label> Keys`. Undefined for what travels unencrypted. */
  readonly label?: string
  /** What they are derived with instead, where that is not of this form. */
  readonly info?: string
  /** Largest upload, in bytes as stored. */
  readonly maxBytes: number
}

/** Kinds by the name that upload paths use. Labels seen in two clients (whatsmeow download.go, baileys Defaults MEDIA_HKDF_KEY_MAPPING; those of sticker
 *  packs in zapo and Cobalt). Sizes are
 *  what WhatsApp tells its users, documents cut down to what a process can hold. */
export const mediaKinds: Readonly<Record<string, MediaKind>> = {
  image: { label: 'Image', maxBytes: 16 * mebibyte },
  video: { label: 'Video', maxBytes: 100 * mebibyte },
  gif: { label: 'Video', maxBytes: 16 * mebibyte },
  ptv: { label: 'Video', maxBytes: 16 * mebibyte },
  audio: { label: 'Audio', maxBytes: 16 * mebibyte },
  ptt: { label: 'Audio', maxBytes: 16 * mebibyte },
  document: { label: 'Document', maxBytes: 100 * mebibyte },
  sticker: { label: 'Image', maxBytes: 1 * mebibyte },
  'sticker-pack': { label: 'Sticker Pack', maxBytes: 16 * mebibyte },
  'thumbnail-sticker-pack': { label: 'Sticker Pack Thumbnail', maxBytes: 1 * mebibyte },
  'thumbnail-link': { label: 'Link Thumbnail', maxBytes: 1 * mebibyte },
  'thumbnail-image': { label: 'Image Thumbnail', maxBytes: 1 * mebibyte },
  'thumbnail-video': { label: 'Video Thumbnail', maxBytes: 1 * mebibyte },
  'thumbnail-document': { label: 'Document Thumbnail', maxBytes: 1 * mebibyte },
  // Seen in: zapo protocol/media.ts and media/constants.ts, Cobalt MediaPath.
  'group-history': { label: 'Group History', info: 'Group History', maxBytes: 16 * mebibyte },
  'md-app-state': { label: 'App State', maxBytes: 64 * mebibyte },
  'md-msg-hist': { label: 'History', maxBytes: 64 * mebibyte },
  ppic: { maxBytes: 1 * mebibyte },
  'biz-cover-photo': { label: 'Image', maxBytes: 16 * mebibyte },
  'product-image': { maxBytes: 16 * mebibyte },
  'newsletter-image': { maxBytes: 16 * mebibyte },
  'newsletter-video': { maxBytes: 64 * mebibyte },
  'newsletter-gif': { maxBytes: 16 * mebibyte },
  'newsletter-audio': { maxBytes: 16 * mebibyte },
  'newsletter-ptt': { maxBytes: 16 * mebibyte },
  'newsletter-document': { maxBytes: 100 * mebibyte },
  'newsletter-sticker': { maxBytes: 1 * mebibyte },
  'newsletter-thumbnail-link': { maxBytes: 1 * mebibyte },
}

/** @throws Error for a name that nobody uploads under */
export function mediaKind(name: string): MediaKind {
  const kind = Object.hasOwn(mediaKinds, name) ? mediaKinds[name] : undefined
  if (!kind) throw new Error(`there is no media kind ${name}`)
  return kind
}
