import { statusLifeMs } from '../../server/status/status-expiry.ts'
import { statusJid } from '../../server/status/status-message.ts'
import { serverJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Message } from '../../wire/proto/index.ts'
import type { Account } from '../../world/account.ts'
import { accountJid, deviceName } from '../../world/address.ts'
import type { PhoneAppState } from '../app-state/phone-app-state.ts'
import type { ChatEntry } from '../chat-log.ts'
import { compose, type Outgoing } from '../content/compose.ts'
import type { DirectOutbox } from '../direct-outbox.ts'
import { GroupInbox } from '../groups/group-inbox.ts'
import { SenderKeys } from '../groups/sender-keys.ts'
import type { Inbox } from '../inbox.ts'
import { takeMedia } from '../media/take-media.ts'
import { describeMessage } from '../message-content.ts'
import { NotThere } from '../not-there.ts'
import type { PhoneContext } from '../phone-context.ts'
import { receiptNode } from '../phone-stanzas.ts'
import type { RetryAnswers } from '../retry-answers.ts'
import type { RetryRequests } from '../retry-requests.ts'
import { StatusOutbox, statusChat } from './status-outbox.ts'

/** Kinds that are about a post and are none. */
const silent: ReadonlySet<string> = new Set(['revoke', 'reaction'])

interface StatusParts {
  readonly inbox: Inbox
  readonly outbox: DirectOutbox
  readonly retryRequests: RetryRequests
  readonly appState: PhoneAppState
  /** Whether the phone is switched on: if not, what is posted waits. */
  isOn(): boolean
}

/** A person's status posts, and those of others. */
export class PhoneStatus {
  readonly #ctx: PhoneContext
  readonly #parts: StatusParts
  readonly #inbox: GroupInbox
  readonly #outbox: StatusOutbox
  #nextRequest = 1

  constructor(ctx: PhoneContext, parts: StatusParts) {
    this.#ctx = ctx
    this.#parts = parts
    const keys = new SenderKeys(ctx.storage)
    this.#inbox = new GroupInbox(ctx, parts.inbox, parts.retryRequests, keys)
    this.#outbox = new StatusOutbox(ctx, parts.outbox, keys)
  }

  /** Posts a text, image or video to those whom the privacy setting lets see it. */
  async post(what: Outgoing): Promise<ChatEntry> {
    const composed = compose({ ctx: this.#ctx, chatLid: statusChat, person: undefined, addressing: 'lid' }, what)
    return this.#send(asStatus(composed))
  }

  /** Takes a post back for everybody. @throws Error for one that this phone did not make */
  async revoke(id: string): Promise<ChatEntry> {
    const entry = this.#ctx.chats.find(statusChat, true, id)
    if (!entry) throw new NotThere(`there is no own status ${id}`)
    return this.post({ revoke: { message: id } })
  }

  /** Reacts to a post that is shown, in place of what this person reacted before. While the phone is off that is lost.
   *  @param emoji empty takes the reaction back. @throws Error for a post that is not shown */
  async react(of: string, id: string, emoji: string): Promise<ChatEntry> {
    const author = this.#person(of)
    const shown = this.#alive().some((entry) => entry.id === id && this.#ctx.world.account(entry.sender) === author)
    if (!shown) throw new NotThere(`there is no status ${id} of ${of}`)
    const scene = { ctx: this.#ctx, chatLid: statusChat, person: undefined, addressing: 'lid' } as const
    const entry = this.#entry(compose(scene, { reaction: { message: id, emoji } }))
    this.#ctx.chats.add(entry)
    if (this.#parts.isOn()) await this.#outbox.sendDirectly(entry, author)
    else Object.assign(entry, { status: 'failed', error: 'off' })
    return entry
  }

  /** Posts that are still shown, oldest first; without those of muted people.
   *  @param of the person; everybody's posts when absent */
  list(of?: string): ChatEntry[] {
    const account = of === undefined ? undefined : this.#person(of)
    return this.#alive().filter((entry) => {
      const author = this.#ctx.world.account(entry.sender)
      if (account) return author === account
      return !author || author === this.#ctx.account || !this.#parts.appState.isStatusMuted(author.phone)
    })
  }

  /** Tells the author that these posts were seen. @throws Error for a post that is not shown */
  async view(of: string, ids: readonly string[]): Promise<void> {
    const author = this.#person(of)
    const entries = ids.map((id) => this.#alive().find((entry) => entry.id === id && !entry.fromMe))
    const [first, ...more] = entries.flatMap((entry) => (entry ? [entry] : []))
    if (!first || more.length + 1 !== ids.length) throw new NotThere('an id is not one of a status that is shown')
    const participant = accountJid(author, first.addressing)
    const attrs = { participant, type: 'read', t: String(this.#ctx.world.seconds()) }
    const others = more.map(({ id }) => id)
    await this.#ctx.submit(receiptNode(first.id, statusJid, attrs, others))
  }

  /** The same for posts of whichever people. @throws Error for a post that is not shown */
  async viewByIds(ids: readonly string[]): Promise<void> {
    const shown = new Map(this.#alive().map((entry) => [entry.id, this.#ctx.world.account(entry.sender)?.phone ?? '']))
    for (const [author, posts] of Map.groupBy(ids, (id) => shown.get(id) ?? '')) await this.view(author, posts)
  }

  /** Phone-number JIDs of the devices by which an own post was seen. */
  viewers(id: string): string[] {
    const receipts = this.#ctx.chats.find(statusChat, true, id)?.receipts ?? []
    return [...new Set(receipts.filter(({ type }) => type === 'read').map(({ from }) => from))]
  }

  /** Whom a post would reach: the contacts of this phone (saved ones, and those it has exchanged messages with) as the privacy setting has it. */
  async audience(): Promise<Account[]> {
    const { type, people } = await this.#privacy()
    if (type === 'whitelist') return people
    const { world, account } = this.#ctx
    const saved = this.#parts.appState.contacts().flatMap(({ jid }) => world.account(jid) ?? [])
    const contacts = new Set([...saved, ...account.peers])
    return [...contacts].filter(
      (person) => person !== account && !people.includes(person) && !account.blocked.has(person.lid),
    )
  }

  /** What was posted while the phone was off goes out now. */
  async sendWaiting(entry: ChatEntry): Promise<void> {
    if (entry.status === 'waiting') await this.#outbox.send(entry, await this.audience())
  }

  /** A stanza from `status@broadcast`. True when it needs no acknowledgement of its own. */
  async take(stanza: WireNode, retryAnswers: RetryAnswers): Promise<boolean> {
    if (stanza.tag === 'message') {
      await this.#inbox.handle(stanza)
      return true
    }
    if (stanza.tag === 'receipt') await this.#receipt(stanza, retryAnswers)
    return false
  }

  #alive(): ChatEntry[] {
    const oldest = this.#ctx.world.clock.now() - statusLifeMs
    return this.#ctx.chats
      .list(statusChat)
      .filter(({ at, revoked, kind, status }) => at > oldest && !revoked && !silent.has(kind) && status !== 'failed')
  }

  #entry(message: Message): ChatEntry {
    const { account, device, world } = this.#ctx
    return {
      ...{ id: this.#parts.outbox.newId(), chat: statusChat, chatLid: statusChat, fromMe: true },
      ...{ sender: deviceName(device), addressing: 'lid', at: world.clock.now(), message },
      ...describeMessage(message),
      ...(account.pushName ? { senderName: account.pushName } : {}),
      receipts: [],
      status: 'waiting',
    }
  }

  async #send(message: Message): Promise<ChatEntry> {
    const entry = this.#entry(message)
    takeMedia(this.#ctx, entry)
    this.#ctx.chats.add(entry)
    if (this.#parts.isOn()) await this.sendWaiting(entry)
    return entry
  }

  async #privacy(): Promise<{ type: string; people: Account[] }> {
    const id = `status-${this.#nextRequest++}`
    const attrs = { id, type: 'get', xmlns: 'status', to: serverJid }
    const answer = await this.#ctx.submit({ tag: 'iq', attrs, content: [{ tag: 'privacy', attrs: {} }] })
    const lists = children(child(answer, 'privacy') ?? { tag: '', attrs: {} }, 'list')
    const list = lists.find((one) => textAttr(one, 'default') === 'true')
    const people = list
      ? children(list, 'user').flatMap((user) => this.#ctx.world.account(jidAttr(user, 'jid')!) ?? [])
      : []
    return { type: textAttr(list, 'type') ?? 'contacts', people }
  }

  async #receipt(stanza: WireNode, retryAnswers: RetryAnswers): Promise<void> {
    const type = textAttr(stanza, 'type') ?? 'delivery'
    if (type === 'retry') {
      await retryAnswers.answer(stanza, (to, id, count) => this.#outbox.resend(to, id, count))
      return
    }
    const participant = jidAttr(stanza, 'participant')
    const reader = participant && this.#ctx.world.device(participant)
    if (!reader) return
    const items = children(child(stanza, 'list') ?? stanza, 'item').map((item) => textAttr(item, 'id'))
    const at = this.#ctx.world.clock.now()
    for (const id of [textAttr(stanza, 'id') ?? '', ...items]) {
      const entry =
        this.#ctx.chats.find(statusChat, true, id ?? '') ?? this.#ctx.chats.find(statusChat, false, id ?? '')
      if (entry) this.#ctx.receipt(entry, { type, from: deviceName(reader), at })
    }
  }

  #person(who: string): Account {
    const account = this.#ctx.world.account(who.replace(/^\+/, ''))
    if (!account) throw new NotThere(`nobody in this world is ${who}`)
    return account
  }
}

/** Texts on the status are of the long form, since they have a background. */
function asStatus(message: Message): Message {
  const { conversation, ...rest } = message
  return conversation === undefined ? message : { ...rest, extendedTextMessage: { text: conversation } }
}
