/** The file of a message, as the message describes it. */
export interface MediaView {
  readonly mimetype?: string
  /** Bytes. */
  readonly size?: number
  /** Of the file, hexadecimal. */
  readonly sha256?: string
  readonly fileName?: string
  /** Length of what can be played. */
  readonly seconds?: number
  readonly width?: number
  readonly height?: number
  /** Pages of a document. */
  readonly pages?: number
  /** A voice note. */
  readonly ptt?: boolean
  /** A round video note. */
  readonly ptv?: boolean
  /** A silent video that repeats. */
  readonly gif?: boolean
  /** A sticker that moves. */
  readonly animated?: boolean
}

/** A collection of stickers, as its message describes it. Its file is the archive with all of them. */
export interface StickerPackView {
  readonly id?: string
  readonly name?: string
  readonly publisher?: string
  readonly description?: string
  readonly stickers: readonly {
    /** In the archive. */
    readonly fileName?: string
    readonly emojis?: readonly string[]
    readonly animated?: boolean
    /** What it shows, for people who do not see it. */
    readonly label?: string
  }[]
}

/** Where a file is at WhatsApp's media host, and what opens it there. */
export interface UploadedFile {
  /** Path at whatever media host, with what it needs behind the `?`. */
  readonly directPath: string
  readonly url: string
  readonly mediaKey: Uint8Array
  /** When that key was made, Unix ms. */
  readonly mediaKeyAt: number
  /** Of the file itself. */
  readonly sha256: Uint8Array
  /** Of what lies at the host. */
  readonly encSha256: Uint8Array
  /** Of the file itself, bytes. */
  readonly size: number
  /** Lets a phone play a part before it has the whole: of what can be played. */
  readonly sidecar?: Uint8Array
  /** The same for the first picture of a sticker that moves. */
  readonly firstFrame?: { readonly length: number; readonly sidecar: Uint8Array }
}

/** The file of a message that is to be sent. */
export interface OutgoingFile {
  /** Of the bytes, whatever anybody called them. */
  readonly mimetype: string
  /** Bytes. */
  readonly size: number
  readonly sha256: Uint8Array
  /** Absent as long as it was not uploaded: {@link Engine.withFile} puts it into the composed message. */
  readonly uploaded?: UploadedFile
  /** Where it lies as it is, for a channel. */
  readonly open?: { readonly directPath: string; readonly url: string }
}

/** A picture of what is to come, inside the message. */
export interface Thumbnail {
  /** JPEG of a hundred pixels or so. */
  readonly jpeg: Uint8Array
  readonly width?: number
  readonly height?: number
}

interface Seen {
  readonly width?: number
  readonly height?: number
  readonly thumbnail?: Thumbnail
}

interface Captioned {
  readonly caption?: string
}

interface Once {
  /** It may be seen (or heard) once. */
  readonly viewOnce?: boolean
}

export interface ImageContent extends Seen, Captioned, Once {
  readonly type: 'image'
  readonly file: OutgoingFile
}

export interface VideoContent extends Seen, Captioned, Once {
  readonly type: 'video'
  readonly file: OutgoingFile
  readonly seconds?: number
  /** A silent video that repeats. */
  readonly gif?: boolean
  /** A round video note. It has no caption. */
  readonly ptv?: boolean
}

export interface AudioContent extends Once {
  readonly type: 'audio'
  readonly file: OutgoingFile
  readonly seconds?: number
  /** A voice note. */
  readonly ptt?: boolean
  /** Loudness of a voice note: 64 values from 0 to 100. */
  readonly waveform?: Uint8Array
}

export interface DocumentContent extends Captioned {
  readonly type: 'document'
  readonly file: OutgoingFile
  readonly fileName: string
  readonly pages?: number
  readonly thumbnail?: Thumbnail
}

export interface StickerContent {
  readonly type: 'sticker'
  readonly file: OutgoingFile
  readonly width?: number
  readonly height?: number
  /** It moves. */
  readonly animated?: boolean
}

/** The parent of pictures and videos that come after it and name it. */
export interface AlbumContent {
  readonly type: 'album'
  readonly images: number
  readonly videos: number
}

/** Content that is a file. */
export type MediaContent = ImageContent | VideoContent | AudioContent | DocumentContent | StickerContent
