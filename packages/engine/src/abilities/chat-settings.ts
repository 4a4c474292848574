import type { LabelSettings } from '../app-state.ts'
import type { Address } from '../jid.ts'

/** The newest message of a chat: it says up to where a setting of the chat reaches. */
export interface NewestMessage {
  readonly id: string
  readonly fromMe: boolean
  /** Who wrote it. */
  readonly sender: string
  /** WhatsApp's time, Unix ms. */
  readonly at: number
}

/** A message that is marked for the own account alone. */
export interface MarkedMessage extends NewestMessage {
  readonly chat: string
}

/** How the account's own devices show chats. A change reaches all of them, and nobody else. `newest` is undefined for a chat in which
 *  nothing was said that is known here. All @throws EngineError `timeout`, also while the phone has shared no keys for this, or `refused`. */
export interface ChatSettings {
  /** Marks a chat as read or, by hand, as unread. Sends no receipts. */
  markRead(chat: string, read: boolean, newest: NewestMessage): Promise<void>
  /** Archiving also unpins. */
  archive(chat: string, archived: boolean, newest: NewestMessage | undefined): Promise<void>
  pin(chat: string, pinned: boolean): Promise<void>
  /** @param until Unix ms, -1 without end; undefined unmutes */
  mute(chat: string, until: number | undefined): Promise<void>
  /** Takes away what was said so far. */
  clear(
    chat: string,
    how: { readonly keepStarred: boolean; readonly deleteMedia: boolean },
    newest: NewestMessage | undefined,
  ): Promise<void>
  deleteChat(chat: string, deleteMedia: boolean, newest: NewestMessage | undefined): Promise<void>
  star(message: MarkedMessage, starred: boolean): Promise<void>
  /** Takes a message away from the own devices, and from nobody else's. */
  deleteForMe(message: MarkedMessage, deleteMedia: boolean): Promise<void>
}

/** Names for chats and messages that only the own account sees. All @throws EngineError like {@link ChatSettings}. */
export interface Labels {
  /** Makes a label, or changes it. */
  save(id: string, label: LabelSettings): Promise<void>
  delete(id: string, label: LabelSettings): Promise<void>
  setOnChat(id: string, chat: string, labeled: boolean): Promise<void>
  setOnMessage(id: string, chat: string, messageId: string, labeled: boolean): Promise<void>
}

/** The people that the account has saved. All @throws EngineError like {@link ChatSettings}. */
export interface AddressList {
  save(person: Address, names: { readonly fullName: string; readonly firstName: string }): Promise<void>
  /** Nothing happens for somebody who is not saved. */
  remove(person: Address): Promise<void>
}
