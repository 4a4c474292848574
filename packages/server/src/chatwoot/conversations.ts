import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { BridgedChat } from '../storage/chatwoot-store.ts'
import type { Settings } from './bridge-parts.ts'
import { type Contacts, isMissing, type Party, unlessMissing } from './contacts.ts'
import type { ChatwootConversation } from './shapes.ts'

/** For so long a conversation that was open is taken for open without asking. A webhook that says otherwise counts at once. */
const knownOpenMs = 60_000

/** The conversations of chats: an open one is used again; a resolved one is opened again or followed by another. */
export class Conversations {
  readonly #contacts: Contacts
  /** Conversations that were open a moment ago. */
  readonly #open = new LRUCache<number, true>({ ...atMost(2000), ttl: knownOpenMs })

  constructor(contacts: Contacts) {
    this.#contacts = contacts
  }

  /** It may have been resolved or deleted. */
  changed(conversationId: number): void {
    this.#open.delete(conversationId)
  }

  /** Does something in the conversation of a chat. When the conversation or its contact was deleted, both are made again. @throws ChatwootError */
  async in<Result>(
    settings: Settings,
    party: Party,
    work: (conversationId: number) => Promise<Result>,
  ): Promise<Result> {
    for (let again = 0; ; again++) {
      const chat = await this.#contacts.of(settings, party)
      try {
        const conversationId = await this.#of(settings, chat)
        try {
          return await work(conversationId)
        } catch (error) {
          this.changed(conversationId)
          throw error
        }
      } catch (error) {
        if (!isMissing(error) || again === 2) throw error
        // Is it the conversation alone, or the contact too?
        const contact = await settings.client.contact(chat.contactId).catch(unlessMissing)
        if (contact) await this.#contacts.keep(chat, { conversationId: null })
        else await this.#contacts.forget(chat)
      }
    }
  }

  async #of({ client, options, bridge }: Settings, chat: BridgedChat): Promise<number> {
    const { conversationId, contactId } = chat
    if (conversationId !== null && this.#open.has(conversationId)) return conversationId
    const serves = ({ status, inbox_id }: ChatwootConversation) =>
      inbox_id === bridge.inboxId && (status !== 'resolved' || options.conversations === 'reopen')
    const known = conversationId === null ? undefined : await client.conversation(conversationId).catch(unlessMissing)
    if (known && serves(known)) return this.#used(chat, known.id)
    const all = await client.conversationsOf(contactId)
    const [newest] = all.filter(serves).sort((a, b) => b.id - a.id)
    if (newest) return this.#used(chat, newest.id)
    const sourceId = chat.sourceId ?? (await client.joinInbox(contactId, bridge.inboxId))
    const made = await client.createConversation({
      ...{ inbox_id: bridge.inboxId, contact_id: contactId, source_id: sourceId },
    })
    return this.#used({ ...chat, sourceId }, made.id)
  }

  async #used(chat: BridgedChat, conversationId: number): Promise<number> {
    this.#open.set(conversationId, true)
    if (chat.conversationId !== conversationId) await this.#contacts.keep(chat, { conversationId })
    return conversationId
  }
}
