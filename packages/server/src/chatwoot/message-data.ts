import type { EventRecord } from '../eventlog/event-log.ts'

/** What events of messages say, as far as the bridge reads it: `message.received`, `message.sent` and those that are about another message. */
export interface MessageData {
  readonly message_id: string
  /** The number when it is known, else the LID; or a group. */
  readonly chat: string
  readonly chat_lid?: string
  readonly from?: string
  readonly from_lid?: string
  readonly is_from_me?: boolean
  readonly is_group?: boolean
  readonly type?: string
  readonly text?: string
  readonly push_name?: string
  readonly quoted_message_id?: string
  readonly view_once?: boolean
  readonly media?: {
    readonly mimetype?: string
    readonly size?: number
    readonly file_name?: string
  }
  readonly location?: {
    readonly latitude: number
    readonly longitude: number
    readonly name?: string
    readonly address?: string
  }
  readonly contacts?: readonly { readonly name?: string; readonly phones?: readonly { readonly number: string }[] }[]
  readonly poll?: { readonly question: string; readonly options: readonly string[] }
  readonly event?: { readonly name: string; readonly description?: string; readonly starts_at?: string | null }
  readonly group_invite?: { readonly name?: string; readonly code: string }
  /** Of a reaction. */
  readonly emoji?: string
  readonly reaction_id?: string
  /** Of a receipt. */
  readonly sender?: string
  /** Of a message that failed. */
  readonly state?: string
  readonly reason?: string
}

export const messageIn = (event: EventRecord): MessageData => event.payload as unknown as MessageData

/** Addresses under which the chat may be known. */
export const chatsOf = ({ chat, chat_lid }: Pick<MessageData, 'chat' | 'chat_lid'>): string[] =>
  chat_lid === undefined || chat_lid === chat ? [chat] : [chat, chat_lid]
