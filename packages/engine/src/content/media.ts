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
