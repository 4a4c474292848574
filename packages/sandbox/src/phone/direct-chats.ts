import { formatJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import type { Message } from '../wire/proto/index.ts'
import type { Account } from '../world/account.ts'
import { type Addressing, accountJid } from '../world/address.ts'
import type { ChatEntry } from './chat-log.ts'
import { compose, type Outgoing } from './content/compose.ts'
import type { DirectOutbox } from './direct-outbox.ts'
import { takeMedia } from './media/take-media.ts'
import { describeMessage } from './message-content.ts'
import { NotThere } from './not-there.ts'
import type { PhoneContext } from './phone-context.ts'
import { receiptNode } from './phone-stanzas.ts'
import { checkPlayable, type Seen } from './playable.ts'

interface DirectParts {
  readonly outbox: DirectOutbox
  /** How this phone addresses people unless told otherwise. */
  readonly addressing: Addressing
  /** Whether the phone is switched on: if not, what is written waits. */
  isOn(): boolean
}

/** Chats with one person each. People are named by JID of either kind, or by number. */
export class DirectChats {
  readonly #ctx: PhoneContext
  readonly #parts: DirectParts

  constructor(ctx: PhoneContext, parts: DirectParts) {
    this.#ctx = ctx
    this.#parts = parts
  }

  /** @throws NotThere when nobody has that address */
  person(who: string): Account {
    const account = this.#ctx.world.account(who.trim().replace(/^\+/, ''))
    if (!account) throw new NotThere(`nobody in this world is ${who}`)
    return account
  }

  async send(to: string, what: Outgoing): Promise<ChatEntry> {
    const person = this.person(to)
    const { addressing = this.#parts.addressing, unavailable } = what
    const scene = { ctx: this.#ctx, chatLid: lidOf(person), person, addressing }
    return this.sendMessage(person, compose(scene, what), addressing, unavailable)
  }

  /** Sends any message content. */
  async sendMessage(
    chat: Account,
    message: Message,
    addressing = this.#parts.addressing,
    unavailable?: string,
  ): Promise<ChatEntry> {
    const { account, chats, world } = this.#ctx
    const entry: ChatEntry = {
      id: this.#parts.outbox.newId(),
      chat: formatJid(accountJid(chat, 'pn')),
      chatLid: lidOf(chat),
      fromMe: true,
      sender: formatJid(accountJid(account, 'pn')),
      ...describeMessage(message),
      addressing,
      at: world.clock.now(),
      message,
      ...(unavailable === undefined ? {} : { unavailable }),
      receipts: [],
      status: 'waiting',
    }
    takeMedia(this.#ctx, entry)
    chats.add(entry)
    if (this.#parts.isOn()) await this.#parts.outbox.send(entry, chat, addressing)
    return entry
  }

  /** Sends what was written while the phone was off. */
  async sendWaiting(entry: ChatEntry): Promise<void> {
    const chat = this.#ctx.world.account(entry.chat)
    if (chat && this.#parts.isOn()) await this.#parts.outbox.send(entry, chat, entry.addressing)
  }

  /** Tells the author that messages of one chat were read or played. @throws NotThere for ids that this phone never received there */
  async mark(type: Seen, chatWith: string, ids: readonly string[]): Promise<void> {
    const chat = this.person(chatWith)
    const entries = ids.map((id) => this.#ctx.chats.find(lidOf(chat), false, id))
    const [first, ...more] = entries.flatMap((entry) => (entry ? [entry] : []))
    if (!first || more.length + 1 !== ids.length)
      throw new NotThere('a message id is not one that was received in this chat')
    checkPlayable(type, [first, ...more])
    const attrs = { type, t: String(this.#ctx.world.seconds()) }
    const others = more.map(({ id }) => id)
    await this.#ctx.submit(receiptNode(first.id, accountJid(chat, first.addressing), attrs, others))
  }

  async typing(to: string, state: 'composing' | 'recording' | 'paused'): Promise<void> {
    const media: Record<string, string> = state === 'recording' ? { media: 'audio' } : {}
    const content: WireNode[] = [{ tag: state === 'paused' ? 'paused' : 'composing', attrs: media }]
    await this.#ctx.submit({ tag: 'chatstate', attrs: { to: this.#jid(to) }, content })
  }

  /** Asks to be shown whether somebody is online. */
  async subscribe(to: string): Promise<void> {
    await this.#ctx.submit({ tag: 'presence', attrs: { type: 'subscribe', to: this.#jid(to) } })
  }

  #jid(who: string) {
    return accountJid(this.person(who), this.#parts.addressing)
  }
}

/** JID under which a chat with somebody is kept. */
export function lidOf(account: Account): string {
  return formatJid(accountJid(account, 'lid'))
}
