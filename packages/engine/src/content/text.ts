/** The card under a link. */
export interface LinkView {
  /** As it stands in the text. */
  readonly url: string
  readonly title?: string
  readonly description?: string
}

export interface TextContent {
  readonly type: 'text'
  readonly text: string
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
