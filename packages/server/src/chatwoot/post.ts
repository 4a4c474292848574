import type { Link } from '../storage/chatwoot-link-store.ts'
import type { BridgeParts, Settings } from './bridge-parts.ts'
import { ChatwootError } from './chatwoot-error.ts'
import { type Party, unlessMissing } from './contacts.ts'
import type { Conversations } from './conversations.ts'
import type { NewChatwootMessage } from './shapes.ts'

/** A request that nobody saw the end of may still be at work for so long. Source: chatwoot/chatwoot, the gem rack-timeout, which it uses, ends requests after 15 s. */
const inFlightMs = 15_000
/** Messages of a conversation that are looked through for one that may be there, in pages of 20. */
const pagesLookedThrough = 10

/** What is posted, and under which id of WhatsApp (or of the event) it is known. */
export interface Posting {
  readonly messageId: string
  readonly fromMe: boolean
  readonly party: Party
  /** Addresses under which the chat may be known. */
  readonly chats: readonly string[]
  readonly content: string
  readonly type: NewChatwootMessage['message_type']
  readonly isPrivate?: boolean
  /** The message that it answers or is about. */
  readonly about?: { readonly messageId: string; readonly link?: Link | undefined } | undefined
  /** The conversation where it belongs; the current one of the chat when absent. */
  readonly at?: number | null | undefined
  readonly file?: NewChatwootMessage['file']
}

/** Thrown out of a unit: the message is linked already. */
class Known extends Error {}

/** Posts messages to Chatwoot, each once: that it may be posted is written down before, and after a crash or a lost answer it is looked for before it is posted again. */
export class Poster {
  readonly #parts: BridgeParts
  readonly #deviceId: string
  readonly #conversations: Conversations

  constructor(parts: BridgeParts, deviceId: string, conversations: Conversations) {
    this.#parts = parts
    this.#deviceId = deviceId
    this.#conversations = conversations
  }

  find(messageId: string, chats: readonly string[]): Promise<Link | undefined> {
    return this.#parts.links.find(this.#deviceId, messageId, chats)
  }

  /** @param make what is to be posted; it is asked for only when it was not posted yet. @returns whether it was posted now. @throws ChatwootError */
  async post(
    settings: Settings,
    { messageId, chats }: Pick<Posting, 'messageId' | 'chats'>,
    make: () => Promise<Posting>,
  ): Promise<boolean> {
    const known = await this.find(messageId, chats)
    if (known && known.state !== 'posting') return false
    if (known && (await this.#wasPosted(settings, known))) return true
    const posting = await make()
    const work = (conversationId: number) => this.#send(settings, posting, conversationId)
    if (posting.at == null) await this.#conversations.in(settings, posting.party, work)
    else {
      // A conversation that was deleted needs no words about its messages.
      const there = await work(posting.at).then(() => true, unlessMissing)
      if (!there) return false
    }
    return true
  }

  /** Looks for a message of which nobody knows whether it arrived. @throws ChatwootError while it may still be on its way */
  async #wasPosted({ client }: Settings, link: Link): Promise<boolean> {
    const { database, links, clock } = this.#parts
    const rest = link.postedAt + inFlightMs - clock.now()
    if (link.postedAt > 0 && rest > 0 && rest <= inFlightMs) {
      throw new ChatwootError('A message may still be on its way', { fault: 'away', isOver: true, retryAfterMs: rest })
    }
    const { conversationId } = link
    const found =
      conversationId === null
        ? undefined
        : await client.findBySource(conversationId, link.messageId, pagesLookedThrough).catch(unlessMissing)
    const change = found
      ? links.change(this.#deviceId, link, { chatwootId: found.id, state: 'linked', postedAt: 0 })
      : links.remove(this.#deviceId, link)
    await database.commit([change], { lane: this.#deviceId })
    return found !== undefined
  }

  async #send({ client }: Settings, posting: Posting, conversationId: number): Promise<void> {
    const { database, links, clock } = this.#parts
    const { messageId, fromMe, party, content, type, isPrivate = false, about, file } = posting
    const link: Link = {
      ...{ messageId, chat: party.jid, fromMe, chatwootId: null, part: 0, conversationId },
      ...{ state: 'posting', tick: 0, postedAt: clock.now() },
    }
    await database.commit([links.add(this.#deviceId, link, () => new Known())], { lane: this.#deviceId })
    const reply = about && {
      ...(about.link?.chatwootId != null
        ? { in_reply_to: about.link.chatwootId }
        : { in_reply_to_external_id: about.messageId }),
    }
    const fields = { content, message_type: type, private: isPrivate, source_id: messageId }
    try {
      const made = await client.createMessage(conversationId, {
        ...{ ...fields, file },
        ...(reply && { content_attributes: reply }),
      })
      const done = { chatwootId: made.id, state: 'linked', postedAt: 0 } as const
      await database.commit([links.change(this.#deviceId, link, done)], { lane: this.#deviceId })
    } catch (error) {
      if (error instanceof ChatwootError && error.isOver) {
        // A fault of Chatwoot itself may have come after the message was stored.
        const mayBeThere = (error.status ?? 0) >= 500
        const change = mayBeThere
          ? links.change(this.#deviceId, link, { postedAt: 0 })
          : links.remove(this.#deviceId, link)
        await database.commit([change], { lane: this.#deviceId })
      }
      throw error
    }
  }
}
