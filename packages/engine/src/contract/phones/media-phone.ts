/** Kinds of file that people send. */
export type SentKind =
  | 'image'
  | 'video'
  | 'gif'
  | 'video_note'
  | 'voice'
  | 'audio'
  | 'document'
  | 'sticker'
  | 'sticker_pack'

export interface SentFile {
  readonly id: string
  /** What the sender sees. */
  readonly data: Uint8Array
}

/** What a phone does with files. Messages are named by their id. */
export interface MediaPhone {
  /** Sends a file to a person or a group; a sticker pack gets its picture from `tray`. */
  send(to: string, kind: SentKind, data: Uint8Array, tray?: Uint8Array): Promise<SentFile>
  /** Posts a file in a channel. */
  post(channel: string, kind: SentKind, data: Uint8Array): Promise<SentFile>
  /** Ends every link to the file of a message, with that HTTP status. */
  expire(id: string, status: 403 | 404 | 410): void
  /** Removes the file from the phone. */
  delete(id: string): void
  /** Changes a byte of it where it lies at WhatsApp. */
  spoil(id: string): void
}
