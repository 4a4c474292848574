import { formatJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { type Message, ProtocolMessageType } from '../../wire/proto/index.ts'
import { accountJid } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import { compose, type Outgoing } from '../content/compose.ts'
import { takeMedia } from '../media/take-media.ts'
import { describeMessage } from '../message-content.ts'
import { NotThere } from '../not-there.ts'
import { receiptNode } from '../phone-stanzas.ts'
import { checkPlayable, type Seen } from '../playable.ts'
import { asGroup } from './group-line.ts'
import type { GroupHome } from './group-parts.ts'
import type { GroupView } from './group-view.ts'

/** What one phone says and hears in one group. */
export class GroupTalk {
  readonly jid: string
  readonly #groups: GroupHome<unknown>

  constructor(groups: GroupHome<unknown>, jid: string) {
    this.#groups = groups
    this.jid = jid
  }

  info(): Promise<GroupView> {
    return this.#groups.line.view(this.jid)
  }

  /** Sends a message of any kind. Resolves once the server took or refused it; the entry says which. */
  async send(what: Outgoing): Promise<ChatEntry> {
    const { addressing, ephemeralSeconds } = await this.info()
    const scene = { ctx: this.#groups.ctx, chatLid: this.jid, person: undefined, addressing }
    return this.sendMessage(compose(scene, what, ephemeralSeconds), what.unavailable)
  }

  /** Sends any message content; while the phone is off it waits.
   *  @param unavailable what companions of the others get instead: a placeholder of that type */
  async sendMessage(message: Message, unavailable?: string): Promise<ChatEntry> {
    const { ctx, parts, outbox } = this.#groups
    const view = await this.info()
    const entry: ChatEntry = {
      id: parts.outbox.newId(),
      chat: this.jid,
      chatLid: this.jid,
      fromMe: true,
      sender: formatJid(accountJid(ctx.account, 'pn')),
      ...describeMessage(message),
      addressing: view.addressing,
      at: ctx.world.clock.now(),
      message,
      ...(unavailable === undefined ? {} : { unavailable }),
      receipts: [],
      status: 'waiting',
    }
    takeMedia(ctx, entry)
    ctx.chats.add(entry)
    if (parts.isOn()) await outbox.send(entry, view)
    return entry
  }

  /** Sends what was written while the phone was off. */
  async sendWaiting(entry: ChatEntry): Promise<void> {
    await this.#groups.outbox.send(entry, await this.info())
  }

  /** Takes a message back for everybody: an own one, or as admin anybody's. */
  async revoke(id: string): Promise<ChatEntry> {
    const entry = this.message(id)
    const author = this.#groups.line.person(entry.sender)
    const participant = entry.fromMe ? {} : { participant: formatJid(accountJid(author, entry.addressing)) }
    const key = { remoteJid: this.jid, fromMe: entry.fromMe, id, ...participant }
    const sent = await this.sendMessage({ protocolMessage: { key, type: ProtocolMessageType.revoke } })
    if (sent.status === 'sent') entry.revoked = true
    this.#groups.ctx.chats.touch(entry)
    return sent
  }

  /** Marks messages as read, each with its author. @throws Error for ids that never came here */
  read(ids: readonly string[]): Promise<void> {
    return this.#mark('read', ids)
  }

  /** Tells authors that this person has played what they sent. @throws Error for ids that never came here, or hold nothing to play */
  play(ids: readonly string[]): Promise<void> {
    return this.#mark('played', ids)
  }

  async #mark(type: Seen, ids: readonly string[]): Promise<void> {
    const { ctx, line } = this.#groups
    const entries = ids.map((id) => this.message(id))
    checkPlayable(type, entries)
    for (const [sender, [first, ...more]] of Map.groupBy(entries, (entry) => entry.sender)) {
      if (!first) continue
      const participant = accountJid(line.person(sender), first.addressing)
      const attrs = { type, participant, t: String(ctx.world.seconds()) }
      const others = more.map(({ id }) => id)
      await ctx.submit(receiptNode(first.id, asGroup(this.jid), attrs, others))
    }
  }

  async typing(state: 'composing' | 'recording' | 'paused'): Promise<void> {
    const attrs: Record<string, string> = state === 'recording' ? { media: 'audio' } : {}
    const content: WireNode[] = [{ tag: state === 'paused' ? 'paused' : 'composing', attrs }]
    await this.#groups.ctx.submit({ tag: 'chatstate', attrs: { to: asGroup(this.jid) }, content })
  }

  /** What this phone has sent and read here, oldest first. */
  messages(): ChatEntry[] {
    return this.#groups.ctx.chats.list(this.jid)
  }

  /** A message of this group. @throws Error when there is none with that id */
  message(id: string): ChatEntry {
    const { chats } = this.#groups.ctx
    const entry = chats.find(this.jid, false, id) ?? chats.find(this.jid, true, id)
    if (!entry) throw new NotThere(`there is no message ${id} in ${this.jid}`)
    return entry
  }
}
