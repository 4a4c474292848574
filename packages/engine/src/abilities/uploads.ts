import type { UploadedFile } from '../content/media.ts'

/** What a file is at the media host. Its keys depend on it: a file that was uploaded as one cannot be sent as another. */
export type UploadKind =
  | 'image'
  | 'video'
  | 'audio'
  | 'document'
  | 'sticker'
  /** The large picture of a link preview. */
  | 'link_thumbnail'

/** A file on the disk of this machine. */
export interface LocalFile {
  readonly path: string
  readonly kind: UploadKind
  /** Of a sticker that moves: how many bytes its first picture takes. */
  readonly firstFrameLength?: number
}

/** A file of a channel, where it lies as it is. */
export interface OpenFile {
  readonly directPath: string
  readonly url: string
  readonly sha256: Uint8Array
  /** Bytes. */
  readonly size: number
  /** Names the file in the stanza of the post. */
  readonly handle: string
}

/** Brings files to WhatsApp's media hosts, over the session's own proxy. However large a file is, a small part of it is in memory. When a host does not
 *  take it, another one is tried; when a connection breaks, the host is asked how much it has, and gets the rest. All @throws EngineError `refused` with the HTTP status of the host when no host would take it (413: too large),
 *  `timeout`, `closed`; or what reading the file fails with. */
export interface Uploads {
  /** Encrypts and uploads. Two uploads of a file have different keys; one that failed with `timeout` is continued by the next of the same session. */
  upload(file: LocalFile): Promise<UploadedFile>
  /** Uploads as it is, for a channel: everybody may read those. */
  uploadOpenly(file: LocalFile): Promise<OpenFile>
}
