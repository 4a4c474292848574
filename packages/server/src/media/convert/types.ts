/** What a file is, told by its bytes. */
export interface Probed {
  /** Truthful, such as `audio/ogg; codecs=opus`; `application/octet-stream` when nothing is known of the bytes. */
  readonly mimetype: string
  readonly kind: 'image' | 'video' | 'audio' | 'document'
  /** Without a dot. */
  readonly extension: string
  /** Pixels, as a person sees it: turned by the orientation that the file tells. */
  readonly width?: number
  readonly height?: number
  /** Whole seconds, rounded up. */
  readonly seconds?: number
  /** Of a PDF. */
  readonly pages?: number
  /** A picture of several frames. */
  readonly animated?: boolean
  /** Of a video. */
  readonly hasAudio?: boolean
  /** Of the video, or of audio alone: `avc`, `vp9`, `opus`, `aac`… */
  readonly codec?: string
}

/** A file in the form in which it is sent. */
export interface Prepared {
  /** The file that was given, untouched, or a new one in the spool, which the caller removes. */
  readonly path: string
  readonly probed: Probed
  readonly thumbnail?: Thumbnail
  /** 64 values from 0 to 100, of a voice note. */
  readonly waveform?: Uint8Array
  readonly seconds?: number
  /** Bytes of an animated sticker up to the end of its first frame. */
  readonly firstFrameLength?: number
}

export interface Thumbnail {
  readonly jpeg: Buffer
  readonly width: number
  readonly height: number
}

export interface ImageWish {
  /** Overrides the setting: at most 1024 pixels wide, as JPEG. */
  readonly compress?: boolean
}

export interface StickerWish {
  /** Name of the pack that the phone shows. */
  readonly pack?: string
  readonly author?: string
  readonly emojis?: readonly string[]
}

export interface VideoWish {
  /** Played again and again without sound. */
  readonly gif?: boolean
  /** A round video note: square, at most a minute. */
  readonly ptv?: boolean
}

export interface VoiceWish {
  /** `never`: an Ogg/Opus file goes out as it is; anything else is refused. */
  readonly convert?: 'auto' | 'never'
}

/** Picture of a profile, group or channel. */
export interface SquarePhoto {
  /** 640 × 640. */
  readonly jpeg: Buffer
  /** 96 × 96. */
  readonly preview: Buffer
}

/** Picture of a link preview. */
export interface PreviewPicture {
  readonly jpeg: Buffer
  readonly width: number
  readonly height: number
  readonly thumbnail: Thumbnail
}

/** What this gateway can make of what. */
export interface Capabilities {
  /** Version of the ffmpeg that is used; null without one. */
  readonly ffmpeg: string | null
  /** Mimetypes. */
  readonly voice_inputs: string[]
  readonly sticker_inputs: string[]
  readonly video_inputs: string[]
}

/** Brings files into the form in which WhatsApp's clients send them. Errors are AppErrors: media_unreadable, media_kind_mismatch, media_conversion_unavailable, media_too_large.
 *  Nothing is left in the spool by what fails. */
export interface Converter {
  /** By content alone. `fileName` helps only to tell apart what looks alike: archives, office documents, kinds of text. Never fails because of what is in the
   *  file: a broken one has fewer details. @throws AppError media_unreadable when it is empty */
  probe(path: string, fileName?: string): Promise<Probed>
  prepareImage(path: string, wish?: ImageWish): Promise<Prepared>
  prepareSticker(path: string, wish?: StickerWish): Promise<Prepared>
  prepareVoice(path: string, wish?: VoiceWish): Promise<Prepared>
  prepareVideo(path: string, wish?: VideoWish): Promise<Prepared>
  /** Music and recordings that are not voice notes: as they are, with their true type and length. */
  prepareAudio(path: string): Promise<Prepared>
  /** Always the same bytes. */
  prepareDocument(path: string, fileName?: string): Promise<Prepared>
  squarePhoto(path: string): Promise<SquarePhoto>
  previewPicture(path: string): Promise<PreviewPicture>
  capabilities(): Promise<Capabilities>
  /** Ends threads and child processes. */
  close(): Promise<void>
}
