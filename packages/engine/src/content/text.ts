import type { Thumbnail, UploadedFile } from './media.ts'

/** The card under a link. */
export interface LinkView {
  /** As it stands in the text. */
  readonly url: string
  readonly title?: string
  readonly description?: string
}

/** How a text status looks. */
export interface TextStyle {
  /** Colour behind the text, ARGB. */
  readonly background?: number
  /** Colour of the text, ARGB. */
  readonly color?: number
  /** WhatsApp's number of the font. */
  readonly font?: number
}

/** The card that a text shows under a link of it. */
export interface LinkPreview {
  /** As it stands in the text. */
  readonly url: string
  readonly title: string
  readonly description?: string
  readonly thumbnail?: Thumbnail
  /** The large picture, as a `link_thumbnail` at the media host. */
  readonly picture?: { readonly uploaded: UploadedFile; readonly width: number; readonly height: number }
}

export interface TextContent {
  readonly type: 'text'
  readonly text: string
  readonly preview?: LinkPreview
  /** Of a status. */
  readonly style?: TextStyle
}

/** A message as it came or went, sent on, of whatever kind. Its quote, mentions and secret stay behind. */
export interface ForwardContent {
  readonly type: 'forward'
  readonly message: Uint8Array
  /** The own account wrote it: it is not marked as forwarded unless it was forwarded before. */
  readonly fromMe: boolean
  /** What it says since it was edited. */
  readonly text?: string
}
