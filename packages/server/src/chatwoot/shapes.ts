/** What Chatwoot's answers hold, as far as the bridge reads it. Source: chatwoot/chatwoot, app/views/api/v1. */
export interface ChatwootInbox {
  readonly id: number
  readonly name: string
  /** `Channel::Api` for the kind that programs write to. */
  readonly channel_type: string
  readonly webhook_url?: string | null
}

export interface ChatwootContact {
  readonly id: number
  readonly name?: string | null
  /** E.164 */
  readonly phone_number?: string | null
  readonly identifier?: string | null
  readonly custom_attributes?: Readonly<Record<string, unknown>> | null
  readonly contact_inboxes?: readonly { readonly source_id: string; readonly inbox?: { readonly id: number } }[]
}

export interface ContactFields {
  readonly name: string
  readonly identifier: string
  readonly phone_number?: string | undefined
  readonly custom_attributes?: Readonly<Record<string, string>>
}

export interface ChatwootConversation {
  /** As the account counts them: `display_id`. */
  readonly id: number
  readonly inbox_id: number
  readonly status: 'open' | 'resolved' | 'pending' | 'snoozed'
}

export interface ChatwootMessage {
  readonly id: number
  readonly source_id?: string | null
}

export interface NewChatwootMessage {
  readonly content: string
  readonly message_type: 'incoming' | 'outgoing'
  /** Only agents see it. */
  readonly private: boolean
  readonly source_id: string
  readonly content_attributes?: {
    readonly in_reply_to?: number
    readonly in_reply_to_external_id?: string
  }
  readonly file?: { readonly blob: Blob; readonly name: string } | undefined
}
