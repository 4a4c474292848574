import { type Address, isSilent, statusJid } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { MessagePage, Messages, PagePlace, SendRequest, SendResult, StoredMessage } from '../messages/messages.ts'
import { type Addresses, formsOf, isOwnAddress } from '../people/addresses.ts'
import type { ContactBook } from '../people/contact-book.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { ReceiptStore } from '../storage/receipt-store.ts'
import { StatusAudienceStore } from '../storage/status-audience-store.ts'

/** How long a post is shown (WhatsApp's help pages). */
const lifeMs = 24 * 60 * 60 * 1000

/** Posts that are read from the store at once. */
const pageSize = 200

interface StatusParts {
  readonly database: Database
  readonly messages: Messages
  readonly sessions: Sessions
  readonly addresses: Addresses
  readonly contactBook: ContactBook
  readonly clock: { now(): number }
}

export interface PostRequest {
  readonly deviceId: string
  readonly content: SendRequest['content']
  /** Who gets it. By the account's status privacy when absent. */
  readonly recipients?: readonly string[] | undefined
  readonly messageId?: string | undefined
  readonly sendAt?: number | undefined
  readonly waitMs: number
}

interface ReactRequest {
  readonly emoji: string
  readonly messageId?: string | undefined
  readonly waitMs: number
}

export interface Viewer {
  readonly who: Address
  /** Unix ms. */
  readonly at: number
}

/** A post and, of an own one, who looked at it. */
export interface StatusPost {
  readonly message: StoredMessage
  readonly viewers: readonly Viewer[]
}

export interface StatusPage {
  readonly posts: readonly StatusPost[]
  readonly next: PagePlace | undefined
}

/** The status: what the account and its contacts post for a day. */
export class Statuses {
  readonly #parts: StatusParts
  readonly #audiences: StatusAudienceStore
  readonly #receipts: ReceiptStore

  constructor(parts: StatusParts) {
    this.#parts = parts
    this.#audiences = new StatusAudienceStore(parts.database)
    this.#receipts = new ReceiptStore(parts.database)
  }

  /** Sends a post to its audience, over the same durable way as every message.
   *  @throws AppError device_not_linked, device_not_connected (to ask for the privacy settings), and what a send throws */
  async post({ deviceId, content, recipients, ...send }: PostRequest): Promise<SendResult & { recipients: number }> {
    const { messages } = this.#parts
    const audience = recipients ? await messages.reachAll(deviceId, recipients) : await this.#byPrivacy(deviceId)
    const sent = await messages.send({ ...send, deviceId, chat: statusJid, content, audience, ...noShow })
    // A repeated request meets the post that was made before, and its audience.
    const people = (await this.#audiences.find(deviceId, sent.messageId)) ?? audience
    return { ...sent, recipients: people.length }
  }

  /** Takes an own post back from everybody who got it. @throws AppError message_not_found, and what a send throws */
  async revoke(deviceId: string, id: string): Promise<SendResult> {
    const { messages, sessions } = this.#parts
    sessions.requireLink(deviceId)
    const found = await messages.get(deviceId, id, statusJid)
    const audience = await this.#audiences.find(deviceId, id)
    if (!found?.message.fromMe || !audience) throw new AppError('message_not_found')
    const target = { id, sender: found.message.sender.jid, fromMe: true }
    const content = { type: 'revoke', target } as const
    return messages.send({ deviceId, chat: statusJid, content, audience, waitMs: 20_000, ...noShow })
  }

  /** Tells the author that a post was seen. @throws AppError message_not_found | device_not_connected */
  async view(deviceId: string, id: string): Promise<void> {
    const { sender } = await this.#ofOthers(deviceId, id)
    await this.#parts.messages.markRead(deviceId, statusJid, { only: [{ id, sender: sender.jid }] })
  }

  /** Reacts to a post, for its author to see. @param emoji blank takes the former reaction back. @throws AppError message_not_found, and what a send throws */
  async react(deviceId: string, id: string, { emoji, ...send }: ReactRequest): Promise<SendResult> {
    const { messages } = this.#parts
    const { sender } = await this.#ofOthers(deviceId, id)
    const content = { type: 'reaction', target: { id, sender: sender.jid, fromMe: false }, emoji } as const
    return messages.send({ ...send, deviceId, chat: statusJid, content, audience: [sender.jid], ...noShow })
  }

  /** A post of somebody else that is still shown. @throws AppError message_not_found */
  async #ofOthers(deviceId: string, id: string): Promise<StoredMessage> {
    const found = await this.#parts.messages.get(deviceId, id, statusJid)
    if (!found || found.message.fromMe || !this.#isShown(found.message)) throw new AppError('message_not_found')
    return found.message
  }

  /** Posts that are still shown, newest first. */
  async list(deviceId: string, page: { limit: number; from?: PagePlace | undefined }): Promise<StatusPage> {
    const { messages, next } = await this.#page(deviceId, page)
    const shown = messages.filter((message) => this.#isShown(message))
    const ended = shown.length < messages.length && !this.#isAlive(messages.at(-1)!)
    return { posts: await this.#withViewers(deviceId, shown), next: ended ? undefined : next }
  }

  /** The same of one person. @param who the address under which that person is stored */
  async listOf(deviceId: string, who: string): Promise<readonly StatusPost[]> {
    const account = this.#parts.sessions.account(deviceId)
    const { jid, lid } = (await this.#parts.addresses.lookUp(deviceId, [who]))(who)
    const isOwn = isOwnAddress({ account }, jid)
    const theirs: StoredMessage[] = []
    for (let from: PagePlace | undefined; ; ) {
      const { messages, next } = await this.#page(deviceId, { limit: pageSize, from })
      theirs.push(
        ...messages.filter((message) => {
          const of = isOwn ? message.fromMe : formsOf(message.sender).some((form) => form === jid || form === lid)
          return of && this.#isShown(message)
        }),
      )
      from = next
      if (!next || !this.#isAlive(messages.at(-1)!)) break
    }
    return this.#withViewers(deviceId, theirs)
  }

  #page(deviceId: string, { limit, from }: { limit: number; from?: PagePlace | undefined }): Promise<MessagePage> {
    return this.#parts.messages.list(deviceId, { chat: statusJid, limit, ...(from && { from }) })
  }

  #isAlive({ sentAt, createdAt }: StoredMessage): boolean {
    return (sentAt ?? createdAt) + lifeMs > this.#parts.clock.now()
  }

  #isShown(message: StoredMessage): boolean {
    return this.#isAlive(message) && message.deleted === null && !isSilent(message.type)
  }

  async #withViewers(deviceId: string, posts: readonly StoredMessage[]): Promise<StatusPost[]> {
    const own = posts.flatMap(({ fromMe, id }) => (fromMe ? [id] : []))
    const receipts = await this.#receipts.find(deviceId, [statusJid], own)
    const read = receipts.flatMap(({ message_id: id, person, read_at: at }) =>
      at === null ? [] : [{ id, person, at: Number(at) }],
    )
    const { addresses, sessions } = this.#parts
    const people = read.map(({ person }) => person)
    const both = await addresses.lookUp(deviceId, people, sessions.account(deviceId))
    const viewersOf = Map.groupBy(
      read.toSorted((one, other) => one.at - other.at),
      ({ id }) => id,
    )
    return posts.map((message) => {
      const viewers = message.fromMe ? (viewersOf.get(message.id) ?? []) : []
      return { message, viewers: viewers.map(({ person, at }) => ({ who: both(person), at })) }
    })
  }

  /** The people that the phone would send it to: its contacts, its contacts with exceptions, or the people of a list.
   *  @throws AppError device_not_connected */
  async #byPrivacy(deviceId: string): Promise<string[]> {
    const { sessions, contactBook } = this.#parts
    const lists = await sessions.require(deviceId).use('profile').statusAudiences()
    const { type, people } = lists.find(({ isDefault }) => isDefault) ?? { type: 'contacts', people: [] }
    if (type === 'whitelist') return people.map(({ jid }) => jid)
    const left = new Set(type === 'blacklist' ? people.flatMap(formsOf) : [])
    const contacts = await contactBook.saved(deviceId)
    const both = await this.#parts.addresses.lookUp(deviceId, contacts)
    return contacts.filter((jid) => !formsOf(both(jid)).some((form) => left.has(form)))
  }
}

/** Nobody is shown that a status is being typed. */
const noShow = { typingSimulation: false, presenceSimulation: false } as const
