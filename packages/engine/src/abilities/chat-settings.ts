/** The newest message of a chat: it says up to where a setting of the chat reaches. */
export interface NewestMessage {
  readonly id: string
  readonly fromMe: boolean
  /** Who wrote it. */
  readonly sender: string
  /** WhatsApp's time, Unix ms. */
  readonly at: number
}

/** How the account's own devices show chats. A change reaches all of them. */
export interface ChatSettings {
  /** Marks a chat as read or, by hand, as unread. Sends no receipts. @throws EngineError `timeout`, also while the phone has shared no keys for this */
  markRead(chat: string, read: boolean, newest: NewestMessage): Promise<void>
}
