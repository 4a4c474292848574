/** What the test double of Chatwoot keeps. Names and shapes are those of its API. */
export interface Contact {
  readonly id: number
  readonly account: number
  name: string
  phone_number: string | null
  identifier: string | null
  custom_attributes: Record<string, unknown>
}

export interface ContactInbox {
  contact: Contact
  readonly inbox: Inbox
  readonly source_id: string
}

export interface Inbox {
  readonly id: number
  readonly account: number
  name: string
  readonly channel_type: string
  webhook_url: string | null
}

export interface Conversation {
  /** `display_id`: counts within the account. */
  readonly id: number
  readonly contactInbox: ContactInbox
  status: 'open' | 'resolved' | 'pending' | 'snoozed'
  readonly messages: Message[]
}

export interface Attachment {
  readonly id: number
  readonly file_type: string
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

export interface Message {
  readonly id: number
  readonly conversation: Conversation
  content: string | null
  readonly message_type: 'incoming' | 'outgoing' | 'template'
  readonly private: boolean
  readonly source_id: string | null
  content_attributes: Record<string, unknown>
  status: 'sent' | 'delivered' | 'read' | 'failed'
  attachments: Attachment[]
  readonly createdAt: number
  readonly sender: Record<string, unknown>
}

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number
  readonly body: object
  constructor(status: number, body: object) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
  }
}

export const notFound = () => new Refusal(404, { error: 'Resource could not be found' })

/** Source: contact.rb, `validates … uniqueness: { scope: [:account_id] }`, and phone numbers as E.164. */
export const invalid = (field: string, words: string) =>
  new Refusal(422, { message: `${field.replaceAll('_', ' ')} ${words}`, attributes: [field] })

/** Source: message.rb, `message_type_before_type_cast`. */
export const typeNumbers = { incoming: 0, outgoing: 1, template: 3 } as const

export const contactView = ({ account: _, ...contact }: Contact) => ({
  ...contact,
  email: null,
  thumbnail: '',
  type: 'contact',
})

/** Source: channel/api.rb, inbox.json.jbuilder. */
export const inboxView = ({ account: _, ...inbox }: Inbox) => ({ ...inbox, lock_to_single_conversation: false })

/** Source: attachment.rb, `push_event_data`. */
const attachmentView = (base: string, { id, file_type, bytes }: Attachment, message: Message) => ({
  ...{ id, message_id: message.id, file_type, account_id: message.conversation.contactInbox.inbox.account },
  ...{ data_url: `${base}/rails/active_storage/blobs/redirect/${id}/file`, thumb_url: '', file_size: bytes.length },
})

/** Source: _message.json.jbuilder. */
export const messageView = (base: string, message: Message) => ({
  ...{ id: message.id, content: message.content, conversation_id: message.conversation.id },
  ...{ inbox_id: message.conversation.contactInbox.inbox.id, message_type: typeNumbers[message.message_type] },
  ...{ content_type: 'text', status: message.status, content_attributes: message.content_attributes },
  ...{ created_at: Math.floor(message.createdAt / 1000), private: message.private, source_id: message.source_id },
  sender: message.sender,
  ...(message.attachments.length > 0 && {
    attachments: message.attachments.map((each) => attachmentView(base, each, message)),
  }),
})

export const conversationView = ({ id, contactInbox: { contact, inbox, source_id }, status }: Conversation) => ({
  ...{ id, account_id: inbox.account, inbox_id: inbox.id, status, channel: 'Channel::Api', can_reply: true },
  contact_inbox: { contact_id: contact.id, inbox_id: inbox.id, source_id, hmac_verified: false },
  meta: { sender: contactView(contact), channel: 'Channel::Api', hmac_verified: false },
  ...{ labels: [], custom_attributes: {}, additional_attributes: {}, unread_count: 0 },
})

/** Source: message.rb, `webhook_data`, and webhook_listener.rb. */
export const messageWebhook = (base: string, event: string, message: Message) => {
  const { inbox } = message.conversation.contactInbox
  const { attachments } = messageView(base, message)
  return {
    event,
    account: { id: inbox.account, name: 'Acme' },
    additional_attributes: {},
    content_attributes: message.content_attributes,
    content_type: 'text',
    content: message.content,
    conversation: conversationView(message.conversation),
    created_at: new Date(message.createdAt).toISOString(),
    id: message.id,
    inbox: { id: inbox.id, name: inbox.name },
    message_type: message.message_type,
    private: message.private,
    sender: message.sender,
    source_id: message.source_id,
    ...(attachments && { attachments }),
  }
}
