/** What a file is sealed as: its keys are derived for that. */
export type MediaSeal =
  | 'image'
  | 'video'
  | 'audio'
  | 'document'
  | 'sticker_pack'
  | 'group_history'
  | 'image_thumbnail'
  | 'video_thumbnail'
  | 'document_thumbnail'
  | 'sticker_pack_thumbnail'
  | 'link_thumbnail'

/** Where a file of a message lies at WhatsApp, and how it is opened. */
export interface MediaFile {
  readonly seal: MediaSeal
  /** At any of the media hosts, with its query. */
  readonly path: string
  /** Absent: it lies there as it is, as the files of channels do. */
  readonly key?: Uint8Array
  /** SHA-256 of the file. */
  readonly sha256?: Uint8Array
  /** SHA-256 of what lies there. */
  readonly sealedSha256?: Uint8Array
  /** Bytes of the file. */
  readonly size?: number
}

/** A picture small enough to travel inside its message. */
export interface SmallPicture {
  readonly mimetype: string
  readonly bytes: Uint8Array
}

/** The files that belong to one message. */
export interface MediaFiles {
  readonly file?: MediaFile
  /** A smaller picture of it, at WhatsApp. */
  readonly thumbnail?: MediaFile
  readonly smallThumbnail?: SmallPicture
}
