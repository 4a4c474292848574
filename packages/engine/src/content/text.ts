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

export interface TextContent {
  readonly type: 'text'
  readonly text: string
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
