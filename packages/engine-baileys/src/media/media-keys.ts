import type { MediaSeal } from '@switchboard/engine'
import { hkdf, noSalt } from '@switchboard/signal'

/** What separates the keys of one kind of file from those of another. Seen in: whatsmeow download.go `MediaType`, baileys Defaults
 *  `MEDIA_HKDF_KEY_MAPPING`; sticker packs in zapo `WaMediaCrypto` and Cobalt `MediaPath`, the past of a group in the latter alone. */
const infos: Readonly<Record<MediaSeal, string>> = {
  image: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
  sticker_pack: 'WhatsApp Sticker Pack Keys',
  group_history: 'Group History',
  image_thumbnail: 'WhatsApp Image Thumbnail Keys',
  video_thumbnail: 'WhatsApp Video Thumbnail Keys',
  document_thumbnail: 'WhatsApp Document Thumbnail Keys',
  sticker_pack_thumbnail: 'WhatsApp Sticker Pack Thumbnail Keys',
  link_thumbnail: 'WhatsApp Link Thumbnail Keys',
}

export interface MediaKeys {
  readonly iv: Uint8Array
  readonly cipherKey: Uint8Array
  readonly macKey: Uint8Array
}

/** The kind of a message's file, or what separates the keys of another kind. */
export type SealKind = MediaSeal | { readonly info: string }

/** The keys of a file. */
export function mediaKeys(key: Uint8Array, seal: SealKind): MediaKeys {
  const info = typeof seal === 'string' ? infos[seal] : seal.info
  const all = hkdf(key, noSalt, Buffer.from(info), 112)
  return { iv: all.subarray(0, 16), cipherKey: all.subarray(16, 48), macKey: all.subarray(48, 80) }
}
