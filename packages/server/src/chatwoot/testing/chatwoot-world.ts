import { randomUUID } from 'node:crypto'
import {
  type Attachment,
  type Contact,
  type ContactInbox,
  type Conversation,
  type Inbox,
  invalid,
  type Message,
  notFound,
  Refusal,
} from './chatwoot-data.ts'

type Fields = Readonly<Record<string, unknown>>

export interface NewMessage {
  readonly content?: string | null
  readonly message_type?: Message['message_type']
  readonly private?: boolean
  readonly source_id?: string | null
  readonly content_attributes?: Record<string, unknown>
  readonly attachments?: readonly Omit<Attachment, 'id' | 'file_type'>[]
  readonly sender?: Record<string, unknown>
}

const ranks = { sent: 0, delivered: 1, read: 2 } as const

/** The accounts of a Chatwoot server and what is in them, with the rules that its models hold. */
export class ChatwootWorld {
  readonly accounts = new Set([1, 2])
  readonly inboxes: Inbox[] = []
  readonly contacts: Contact[] = []
  readonly contactInboxes: ContactInbox[] = []
  readonly conversations: Conversation[] = []
  readonly files = new Map<number, Attachment>()
  /** Messages of a conversation in a minute. Source: message.rb, `prevent_message_flooding`; 20 unless CONVERSATION_MESSAGE_PER_MINUTE_LIMIT says so. */
  perMinute = 1000
  /** Hears of what webhooks are sent for. */
  changed: (
    event: 'message_created' | 'message_updated' | 'conversation_status_changed',
    of: Message | Conversation,
  ) => void = () => {}
  #last = 0

  next(): number {
    return ++this.#last
  }

  inbox(account: number, id: number): Inbox {
    const found = this.inboxes.find((inbox) => inbox.account === account && inbox.id === id)
    if (!found) throw notFound()
    return found
  }

  createInbox(account: number, name: string, channel: Fields): Inbox {
    const webhook_url = typeof channel['webhook_url'] === 'string' ? channel['webhook_url'] : null
    const channel_type = channel['type'] === 'api' ? 'Channel::Api' : 'Channel::WebWidget'
    const inbox = { id: this.next(), account, name, channel_type, webhook_url }
    this.inboxes.push(inbox)
    return inbox
  }

  contact(account: number, id: number): Contact {
    const found = this.contacts.find((contact) => contact.account === account && contact.id === id)
    if (!found) throw notFound()
    return found
  }

  /** Source: contacts_controller.rb, `search`: part of a name, number or identifier. */
  search(account: number, q: string): Contact[] {
    const holds = (text: string | null) => text?.toLowerCase().includes(q.toLowerCase()) ?? false
    return this.contacts.filter(
      (each) => each.account === account && [each.name, each.phone_number, each.identifier].some(holds),
    )
  }

  createContact(account: number, fields: Fields): Contact {
    const contact = { id: this.next(), account, name: '', phone_number: null, identifier: null, custom_attributes: {} }
    this.updateContact(contact, fields)
    this.contacts.push(contact)
    return contact
  }

  updateContact(contact: Contact, fields: Fields): void {
    const { name, phone_number, identifier, custom_attributes } = fields as Partial<Contact>
    const taken = (same: (other: Contact) => boolean) =>
      this.contacts.some((other) => other !== contact && other.account === contact.account && same(other))
    if (phone_number && !/^\+[1-9]\d{1,14}$/.test(phone_number))
      throw invalid('phone_number', 'should be in e164 format')
    if (phone_number && taken((other) => other.phone_number === phone_number)) {
      throw invalid('phone_number', 'has already been taken')
    }
    if (identifier && taken((other) => other.identifier === identifier)) {
      throw invalid('identifier', 'has already been taken')
    }
    if (name !== undefined) contact.name = name
    if (phone_number !== undefined) contact.phone_number = phone_number
    if (identifier !== undefined) contact.identifier = identifier
    contact.custom_attributes = { ...contact.custom_attributes, ...custom_attributes }
  }

  deleteContact(account: number, id: number): void {
    const contact = this.contact(account, id)
    this.contacts.splice(this.contacts.indexOf(contact), 1)
    for (const list of [this.contactInboxes, this.conversations]) {
      const kept = list.filter(
        (each) => ('contactInbox' in each ? each.contactInbox.contact : each.contact) !== contact,
      )
      list.splice(0, list.length, ...(kept as never[]))
    }
  }

  /** Source: contact_inbox_builder.rb: a UUID unless the caller has an id; the index on inbox and source id is unique. */
  contactInbox(contact: Contact, inbox: Inbox, sourceId: string = randomUUID()): ContactInbox {
    const known = this.contactInboxes.find((each) => each.inbox === inbox && each.source_id === sourceId)
    if (known && known.contact !== contact) throw new Refusal(422, { error: 'source_id should be unique' })
    if (known) return known
    const made = { contact, inbox, source_id: sourceId }
    this.contactInboxes.push(made)
    return made
  }

  /** Source: contact_merge_action.rb: conversations and inboxes move, and the other contact is gone. */
  merge(base: Contact, other: Contact): void {
    for (const each of this.contactInboxes) if (each.contact === other) each.contact = base
    base.custom_attributes = { ...other.custom_attributes, ...base.custom_attributes }
    this.contacts.splice(this.contacts.indexOf(other), 1)
    base.phone_number ??= other.phone_number
    base.identifier ??= other.identifier
  }

  conversation(account: number, id: number): Conversation {
    const found = this.conversations.find((each) => each.contactInbox.inbox.account === account && each.id === id)
    if (!found) throw notFound()
    return found
  }

  createConversation(contactInbox: ContactInbox): Conversation {
    const { account } = contactInbox.inbox
    const id = 1 + this.conversations.filter((each) => each.contactInbox.inbox.account === account).length + this.next()
    const conversation: Conversation = { id, contactInbox, status: 'open', messages: [] }
    this.conversations.push(conversation)
    return conversation
  }

  setStatus(conversation: Conversation, status: Conversation['status']): void {
    if (conversation.status === status) return
    conversation.status = status
    this.changed('conversation_status_changed', conversation)
  }

  message(conversation: Conversation, id: number): Message {
    const found = conversation.messages.find((message) => message.id === id)
    if (!found) throw notFound()
    return found
  }

  createMessage(conversation: Conversation, wish: NewMessage): Message {
    const recent = conversation.messages.filter(({ createdAt }) => createdAt > Date.now() - 60_000)
    if (recent.length >= this.perMinute) {
      throw new Refusal(422, { error: 'Validation failed: Too many messages' })
    }
    const attachments = (wish.attachments ?? []).map((file) => ({
      ...{ ...file, id: this.next(), file_type: /^(image|audio|video)\//.exec(file.type)?.[1] ?? 'file' },
    }))
    for (const file of attachments) this.files.set(file.id, file)
    const { message_type = 'outgoing' } = wish
    const message: Message = {
      ...{ id: this.next(), conversation, content: wish.content ?? null, message_type },
      ...{ private: wish.private ?? false, source_id: wish.source_id ?? null, status: 'sent', attachments },
      content_attributes: this.#replyTo(conversation, wish.content_attributes ?? {}),
      createdAt: Date.now(),
      sender: wish.sender ?? { id: 1, name: 'Bridge', type: 'user' },
    }
    conversation.messages.push(message)
    // Source: message.rb, `reopen_conversation`: what comes in opens a resolved conversation again.
    if (message_type === 'incoming') this.setStatus(conversation, 'open')
    this.changed('message_created', message)
    return message
  }

  /** Source: message.rb, `ensure_in_reply_to`: each of the two ids is found by the other. */
  #replyTo({ messages }: Conversation, given: Record<string, unknown>): Record<string, unknown> {
    const { in_reply_to, in_reply_to_external_id: external } = given
    const found = messages.find(({ id, source_id }) =>
      in_reply_to ? id === Number(in_reply_to) : external !== undefined && source_id === external,
    )
    return found ? { ...given, in_reply_to: found.id, in_reply_to_external_id: found.source_id } : given
  }

  /** Source: status_update_service.rb: known states only, and nothing that was read becomes less again. */
  setMessageStatus(message: Message, status: string, externalError?: string): void {
    if (!(status in ranks) && status !== 'failed') return
    const [now, then] = [message.status, status] as [keyof typeof ranks, keyof typeof ranks]
    if (now in ranks && then in ranks && ranks[then] < ranks[now]) return
    message.status = status as Message['status']
    message.content_attributes = {
      ...message.content_attributes,
      ...(externalError !== undefined && { external_error: externalError }),
    }
    this.changed('message_updated', message)
  }

  /** Source: messages_controller.rb, `destroy`: the message stays and says that it was deleted. */
  deleteMessage(message: Message): void {
    message.content = 'This message was deleted'
    message.content_attributes = { deleted: true }
    message.attachments = []
    this.changed('message_updated', message)
  }
}
