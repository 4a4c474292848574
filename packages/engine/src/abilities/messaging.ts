export interface OutgoingMessage {
  /** Chosen before sending, by {@link Engine.newMessageId}; sending again under the same id never doubles. */
  readonly id: string
  /** Phone, LID or group address, without a companion number. */
  readonly chat: string
  /** The WhatsApp `Message` protobuf, unpadded. People in it may be named by number or by LID: they leave in the words of the chat, and so does the
   *  timer of a group. */
  readonly message: Uint8Array
  /** For a status, which is written to {@link statusJid}: who gets it besides the own account. Bare addresses of people. */
  readonly audience?: readonly string[]
  /** What must have become durable before the message leaves. It is encrypted meanwhile, and does not leave when this rejects: {@link Messaging.send} then
   *  rejects with `not_sent`. */
  readonly durable?: Promise<unknown>
}

export interface ServerAck {
  /** WhatsApp's time for the message, Unix ms. */
  readonly at: number
  /** Number that a channel gave the message. */
  readonly serverId?: number
}

export interface SentStanza {
  /** Resolves when WhatsApp took the message over. Rejects with {@link SendError}: `refused` with its code, or `unknown` when no answer came. */
  readonly ack: Promise<ServerAck>
}

export interface Messaging {
  /** Encrypts for every device of the chat and of the own account, makes the ratchets durable, then writes the stanza.
   *  Resolves when it is written; calls that overlap are written in their order. @throws SendError `not_sent` when nothing left; EngineError `not_on_whatsapp`. */
  send(message: OutgoingMessage): Promise<SentStanza>
  /** Sends read (or played) receipts. `sender` is required in groups. */
  markRead(receipt: { chat: string; sender?: string; messageIds: readonly string[]; played?: boolean }): Promise<void>
}
