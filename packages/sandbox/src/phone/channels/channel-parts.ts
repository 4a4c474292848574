import type { Message } from '../../wire/proto/index.ts'
import type { Account } from '../../world/account.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { MessageContent } from '../message-content.ts'
import type { PhoneContext } from '../phone-context.ts'
import type { ChannelLine } from './channel-line.ts'

export interface ChannelParts {
  /** Whether the phone is switched on: if not, what is posted waits. */
  isOn(): boolean
  newId(): string
  /** Sends a message to one person. */
  sendTo(who: Account, message: Message): Promise<ChatEntry>
}

/** A message that a channel is about to hold on this phone. */
export type NewEntry = MessageContent & {
  readonly id: string
  readonly fromMe: boolean
  readonly message: Message
  readonly serverId?: number
  readonly status: ChatEntry['status']
}

/** What one channel takes of all that the phone does with channels. */
export interface ChannelHome {
  readonly ctx: PhoneContext
  readonly line: ChannelLine
  readonly parts: ChannelParts
  newId(): string
  entryOf(jid: string, entry: NewEntry): ChatEntry
}
