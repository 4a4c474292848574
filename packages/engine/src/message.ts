/** What a person would say a message is. Derived from the protobuf; the bytes stay the truth. */
export interface MessageView {
  readonly type: MessageType
  /** Text or caption, when there is one. */
  readonly text?: string
  readonly quoted?: { readonly id: string; readonly sender?: string }
  readonly mentions?: readonly string[]
  /** For reaction, edit and revoke: the message they are about. */
  readonly target?: { readonly id: string; readonly chat?: string; readonly sender?: string; readonly fromMe?: boolean }
  /** For a reaction: the emoji; empty when it was taken back. */
  readonly emoji?: string
  /** Seconds until the message disappears, 0 or absent when it stays. */
  readonly expiresInSeconds?: number
}

export type MessageType =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'document'
  | 'sticker'
  | 'location'
  | 'live_location'
  | 'contact'
  | 'contacts'
  | 'poll'
  | 'poll_vote'
  | 'reaction'
  | 'edit'
  | 'revoke'
  | 'protocol'
  | 'unknown'

/** Content that {@link Engine.compose} can turn into a message. Abilities of later kinds extend this union. */
export type OutgoingContent = {
  readonly type: 'text'
  readonly text: string
  readonly mentions?: readonly string[]
  readonly quoted?: {
    readonly id: string
    readonly chat: string
    readonly sender: string
    readonly message: Uint8Array
  }
}
