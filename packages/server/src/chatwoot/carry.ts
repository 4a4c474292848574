import { isGroupJid, isPersonJid, isSilent } from '@switchboard/engine'
import type { EventRecord } from '../eventlog/event-log.ts'
import type { Link } from '../storage/chatwoot-link-store.ts'
import type { BridgeParts, Settings } from './bridge-parts.ts'
import { Contacts, phoneOf, unlessAway, unlessMissing } from './contacts.ts'
import { Conversations } from './conversations.ts'
import { fileOf } from './file-of.ts'
import { toMarkdown } from './markdown.ts'
import { chatsOf, type MessageData, messageIn } from './message-data.ts'
import { Poster, type Posting } from './post.ts'
import { wordsOf } from './words-of.ts'

/** Marks of a message, in the order in which they come. */
const ticks = { sent: 1, delivered: 2, read: 3, failed: 4 } as const

/** Carries one event. @returns whether a message was posted */
type Carry = (settings: Settings, event: EventRecord, data: MessageData, signal: AbortSignal) => Promise<boolean>

const isCarried = ({ chat }: MessageData, { options }: Settings): boolean =>
  isPersonJid(chat) || (isGroupJid(chat) && options.groups)

/** What each event of a device becomes in Chatwoot. */
export class CarryEvents {
  readonly #parts: BridgeParts
  readonly #deviceId: string
  readonly contacts: Contacts
  readonly conversations: Conversations
  readonly #poster: Poster

  constructor(parts: BridgeParts, deviceId: string) {
    this.#parts = parts
    this.#deviceId = deviceId
    this.contacts = new Contacts(parts, deviceId)
    this.conversations = new Conversations(this.contacts)
    this.#poster = new Poster(parts, deviceId, this.conversations)
  }

  readonly #byType: Readonly<Record<string, Carry>> = {
    'message.received': (settings, _event, data, signal) => this.#message(settings, data, signal),
    'message.sent': async (settings, _event, data, signal) => {
      const own = { ...data, is_from_me: true }
      const { link } = await this.#link(data.message_id, data)
      // One that is being posted is that of another program, and a crash came in between.
      if (link && link.state !== 'posting') return this.#receipt(settings, own, 'sent')
      return settings.options.apiMessages ? this.#message(settings, own, signal) : false
    },
    'message.delivered': (settings, _event, data) => this.#receipt(settings, data, 'delivered'),
    'message.read': (settings, _event, data) => this.#receipt(settings, data, 'read'),
    'message.played': (settings, _event, data) => this.#receipt(settings, data, 'read'),
    'message.failed': (settings, _event, data) =>
      this.#receipt(settings, data, 'failed', `${data.state}: ${data.reason}`),
    'message.edited': (settings, event, data) =>
      this.#about(settings, event.id, data, async () => ({
        content: `${await this.#prefix(data)}✏️ ${toMarkdown(data.text ?? '')}`,
        type: data.is_from_me ? 'outgoing' : 'incoming',
      })),
    'message.reaction': (settings, event, data) => this.#reaction(settings, event, data),
    'message.deleted': (settings, event, data) => this.#deletion(settings, event, data),
    'message.undecryptable': (settings, event, data) => this.#unread(settings, event, data),
    'contact.number_changed': (settings, event) => this.#renumber(settings, event),
  }

  /** The events that mean something to Chatwoot. */
  get types(): readonly string[] {
    return Object.keys(this.#byType)
  }

  /** Chats are carried at the same time, the events of one chat in order. */
  laneOf(event: EventRecord): string {
    const { chat = '' } = messageIn(event)
    return chat
  }

  /** @returns whether a message was posted. @throws ChatwootError */
  async carry(settings: Settings, event: EventRecord, signal: AbortSignal): Promise<boolean> {
    const data = messageIn(event)
    if (data.chat !== undefined && !isCarried(data, settings)) return false
    return (await this.#byType[event.type]?.(settings, event, data, signal)) ?? false
  }

  /** A message of somebody else, of the phone, or of another program. */
  #message(settings: Settings, data: MessageData, signal: AbortSignal): Promise<boolean> {
    if (isSilent(data.type ?? 'unknown')) return Promise.resolve(false)
    let release = async (): Promise<void> => {}
    const make = async (): Promise<Posting> => {
      const { maxFileBytes: maxBytes } = settings.options
      const { file, lost, release: done } = await fileOf(this.#parts, this.#deviceId, data, { maxBytes, signal })
      release = done
      const quoted = data.quoted_message_id
      return {
        ...(await this.#addressed(data)),
        messageId: data.message_id,
        content: `${await this.#prefix(data)}${wordsOf(data, lost)}`,
        type: data.is_from_me ? 'outgoing' : 'incoming',
        file,
        about: quoted === undefined ? undefined : await this.#link(quoted, data),
      }
    }
    const key = { messageId: data.message_id, chats: this.#chats(data) }
    return this.#poster.post(settings, key, make).finally(() => release())
  }

  /** Posts something that is about another message, where that message is. Nothing when Chatwoot does not have it. */
  async #about(
    settings: Settings,
    id: string,
    data: MessageData,
    make: () => Promise<Pick<Posting, 'content' | 'type' | 'isPrivate'>>,
  ): Promise<boolean> {
    const about = await this.#link(data.message_id, data)
    const at = about.link?.conversationId
    if (at == null || about.link?.state === 'deleted') return false
    const key = { messageId: id, chats: this.#chats(data) }
    return this.#poster.post(settings, key, async () => ({
      ...(await this.#addressed(data)),
      ...(await make()),
      ...{ messageId: id, about, at },
    }))
  }

  /** A note, so that a mere reaction opens no conversation and rings no bell. */
  #reaction(settings: Settings, event: EventRecord, data: MessageData): Promise<boolean> {
    const { reactions } = settings.options
    if (reactions === 'off') return Promise.resolve(false)
    return this.#about(settings, data.reaction_id ?? event.id, data, async () => {
      const who = data.is_from_me ? undefined : await this.#nameOf(data)
      const content = data.emoji === '' ? '✖️' : (data.emoji ?? '')
      if (reactions === 'reply') return { content, type: data.is_from_me ? 'outgoing' : 'incoming' }
      return { content: who === undefined ? content : `${who}: ${content}`, type: 'outgoing', isPrivate: true }
    })
  }

  async #deletion(settings: Settings, event: EventRecord, data: MessageData): Promise<boolean> {
    const { deletions } = settings.options
    const { link } = await this.#link(data.message_id, data)
    if (deletions === 'off' || link?.state !== 'linked') return false
    if (deletions === 'note') {
      const note = async () => ({ content: '🗑️', type: 'outgoing', isPrivate: true }) as const
      return this.#about(settings, event.id, data, note)
    }
    const { database, links } = this.#parts
    // First, so that the webhook about it is known to be an echo.
    await database.commit([links.change(this.#deviceId, link, { state: 'deleted' })], { lane: this.#deviceId })
    try {
      const { conversationId, chatwootId } = link
      await settings.client.deleteMessage(conversationId!, chatwootId!).catch(unlessMissing)
    } catch (error) {
      await database.commit([links.change(this.#deviceId, link, { state: 'linked' })], { lane: this.#deviceId })
      throw error
    }
    return false
  }

  /** What could not be read here may still be read on the phone. */
  #unread(settings: Settings, event: EventRecord, data: MessageData): Promise<boolean> {
    const key = { messageId: event.id, chats: this.#chats(data) }
    return this.#poster.post(settings, key, async () => ({
      ...(await this.#addressed(data)),
      ...{ messageId: event.id, type: 'outgoing', isPrivate: true },
      content: `🔒 ${await this.#nameOf(data)}: this message could not be read here, see the phone`,
    }))
  }

  async #renumber(settings: Settings, event: EventRecord): Promise<boolean> {
    const { old, new: after } = event.payload as { old: string; new: string }
    const [chat] = await this.#parts.store.chats(this.#deviceId, [old])
    const phone = phoneOf(after)
    if (!chat || !phone) return false
    await settings.client
      .updateContact(chat.contactId, { phone_number: phone, custom_attributes: { whatsapp_jid: after } })
      .catch(unlessAway)
    await this.contacts.keep(chat, { jid: after })
    return false
  }

  /** Tells Chatwoot how far an own message came. In a group the first member counts. */
  async #receipt(settings: Settings, data: MessageData, name: keyof typeof ticks, error?: string): Promise<boolean> {
    const { link } = await this.#link(data.message_id, data)
    if (!link?.fromMe || link.state !== 'linked') return false
    const { chatwootId, conversationId, tick } = link
    if (ticks[name] <= tick || chatwootId === null || conversationId === null) return false
    const { database, links } = this.#parts
    if (await this.#isLast(link, ticks[name])) {
      await settings.client.setStatus(conversationId, chatwootId, name, error).catch(unlessMissing)
    }
    await database.commit([links.change(this.#deviceId, link, { tick: ticks[name] })], { lane: this.#deviceId })
    return false
  }

  /** Whether all parts of a message came that far: several files are one message in Chatwoot. One that failed has failed as a whole. */
  async #isLast({ chatwootId, part: own }: Link, tick: number): Promise<boolean> {
    const others = (await this.#parts.links.parts(this.#deviceId, chatwootId!)).filter(({ part }) => part !== own)
    if (others.some((other) => other.tick === ticks.failed)) return false
    return tick === ticks.failed || others.every((other) => other.tick >= tick)
  }

  async #link(messageId: string, data: MessageData): Promise<{ messageId: string; link: Link | undefined }> {
    return { messageId, link: await this.#poster.find(messageId, this.#chats(data)) }
  }

  /** Blank: a message of an agent of which the chat is not noted yet. */
  #chats = (data: MessageData): string[] => [...chatsOf(data), '']

  async #addressed(data: MessageData): Promise<Pick<Posting, 'party' | 'chats' | 'fromMe'>> {
    const party = { jid: data.chat, lid: data.chat_lid, name: await this.#chatName(data) }
    return { party, chats: this.#chats(data), fromMe: data.is_from_me ?? false }
  }

  async #chatName(data: MessageData): Promise<string | undefined> {
    const { chat, is_from_me: fromMe } = data
    if (isGroupJid(chat)) return this.#parts.groupName(this.#deviceId, chat)
    return (await this.#personName(chat)) ?? (fromMe ? undefined : data.push_name)
  }

  async #personName(jid: string): Promise<string | undefined> {
    const known = await this.#parts.contactBook.find(this.#deviceId, jid)
    return known && (known.fullName || known.businessName || known.pushName || undefined)
  }

  /** Who did it, as agents know them. */
  async #nameOf(data: MessageData): Promise<string> {
    const from = data.from ?? data.chat
    return (await this.#personName(from)) ?? data.push_name ?? phoneOf(from) ?? from
  }

  /** In a group, who says it: the contact of the conversation is the group. */
  async #prefix(data: MessageData): Promise<string> {
    if (!isGroupJid(data.chat) || data.is_from_me) return ''
    const from = data.from ?? ''
    const phone = phoneOf(from)
    const name = await this.#nameOf(data)
    return `**${name}${phone && phone !== name ? ` (${phone})` : ''}:** `
  }
}
