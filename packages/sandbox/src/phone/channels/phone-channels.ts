import { formatJid, parseJid, serverJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import { Message } from '../../wire/proto/index.ts'
import { creationNotice } from '../../world/newsletters/newsletter.ts'
import type { ChatEntry } from '../chat-log.ts'
import { describeMessage } from '../message-content.ts'
import type { PhoneContext } from '../phone-context.ts'
import { channelFile } from './channel-content.ts'
import { asChannel, ChannelLine } from './channel-line.ts'
import type { ChannelParts, NewEntry } from './channel-parts.ts'
import { type ChannelJson, type ChannelView, channelMessageView, channelView } from './channel-view.ts'
import { PhoneChannel } from './phone-channel.ts'

/** What a phone does with channels. */
export class PhoneChannels {
  readonly ctx: PhoneContext
  readonly line: ChannelLine
  readonly parts: ChannelParts

  constructor(ctx: PhoneContext, parts: ChannelParts) {
    this.ctx = ctx
    this.line = new ChannelLine(ctx)
    this.parts = parts
  }

  /** One channel by its JID. @throws Error for anything else */
  of(jid: string): PhoneChannel {
    return new PhoneChannel(this, formatJid(asChannel(jid)))
  }

  /** Opens a channel; accepts the terms for it first. @throws ChannelRefused */
  async create(wish: { name: string; description?: string; picture?: Uint8Array }): Promise<PhoneChannel> {
    await this.acceptTerms()
    const { name, description = '', picture } = wish
    const input = { name, description, ...(picture ? { picture: Buffer.from(picture).toString('base64') } : {}) }
    return this.of((await this.line.query<ChannelJson>('create', { input })).id)
  }

  /** Accepts the terms of service of opening channels. */
  async acceptTerms(notice = creationNotice): Promise<void> {
    await this.line.request(serverJid, 'set', 'tos', { tag: 'notice', attrs: { id: notice, stage: '5' } })
  }

  /** Channels that this person follows or runs. */
  async list(): Promise<ChannelView[]> {
    return (await this.line.query<ChannelJson[]>('subscribed', {})).map(channelView)
  }

  /** What an invite link leads to. @param code the code, or the whole link @throws ChannelRefused */
  async find(code: string): Promise<ChannelView> {
    const input = { key: code, type: 'INVITE' }
    return channelView(await this.line.query<ChannelJson>('fetch', { input, fetch_viewer_metadata: true }))
  }

  /** @param channel JID, invite code or link */
  async follow(channel: string): Promise<PhoneChannel> {
    const jid = parseJid(channel) ? channel : (await this.find(channel)).jid
    await this.of(jid).follow()
    return this.of(jid)
  }

  newId(): string {
    return this.parts.newId()
  }

  /** A stanza from a channel; the caller acknowledges it. */
  take(stanza: WireNode): void {
    if (stanza.tag === 'message') this.#message(stanza)
    else if (stanza.tag === 'notification') this.#live(stanza)
    else if (stanza.tag === 'receipt') this.#read(stanza)
  }

  /** What happened to a channel: `<notification type="mex">`. */
  takeChange(stanza: WireNode): void {
    for (const update of children(stanza, 'update')) {
      const body = JSON.parse(contentText(update) ?? '{}') as { data?: Record<string, { id?: string }> }
      const [data] = Object.values(body.data ?? {})
      this.ctx.note('phone.channel', { change: textAttr(update, 'op_name'), channel: data?.id, data })
    }
  }

  entryOf(jid: string, entry: NewEntry): ChatEntry {
    const now = this.ctx.world.clock.now()
    return { ...entry, chat: jid, chatLid: jid, sender: jid, addressing: 'lid', at: now, receipts: [] }
  }

  #message(stanza: WireNode): void {
    const jid = formatJid(jidAttr(stanza, 'from')!)
    const id = textAttr(stanza, 'id') ?? ''
    // What another device of this account voted.
    if (child(stanza, 'votes')) {
      this.ctx.note('phone.channel_vote', { channel: jid, id, server_id: textAttr(stanza, 'server_id') })
      return
    }
    const plaintext = contentBytes(child(stanza, 'plaintext')) ?? new Uint8Array(0)
    const fromMe = textAttr(stanza, 'is_sender') === 'true'
    const edit = textAttr(stanza, 'edit')
    const message = Message.decode(plaintext)
    const known = this.ctx.chats.find(jid, fromMe, id)
    if (known && edit === '8') known.revoked = true
    else if (known && edit === '3') known.editedText = describeMessage(message).text ?? ''
    if (known) this.ctx.chats.touch(known)
    else if (edit !== '8') this.#keep(jid, stanza, { id, fromMe, message })
    if (edit) this.ctx.note('phone.channel_edit', { channel: jid, id, edit })
  }

  #keep(jid: string, stanza: WireNode, { id, fromMe, message }: Pick<NewEntry, 'id' | 'fromMe' | 'message'>): void {
    const serverId = Number(textAttr(stanza, 'server_id'))
    const content = describeMessage(message)
    const entry = this.entryOf(jid, { ...content, id, fromMe, message, serverId, status: 'received' })
    if (textAttr(stanza, 'type') === 'media') this.#checkFile(entry)
    const comment = message.commentMessage?.message
    if (comment) entry.text = describeMessage(comment).text ?? ''
    this.ctx.chats.add(entry)
  }

  #checkFile(entry: ChatEntry): void {
    try {
      channelFile(this.ctx, entry.message)
      entry.media = 'here'
    } catch (error) {
      entry.media = 'flawed'
      this.ctx.violation('channel_media', `${error instanceof Error ? error.message : error} (message ${entry.id})`)
    }
  }

  /** Another device of the account has read messages. */
  #read(stanza: WireNode): void {
    const channel = formatJid(jidAttr(stanza, 'from')!)
    const items = children(child(stanza, 'list') ?? stanza, 'item').map((item) => textAttr(item, 'id'))
    this.ctx.note('phone.channel_read', { channel, ids: [textAttr(stanza, 'id'), ...items] })
  }

  #live(stanza: WireNode): void {
    const channel = formatJid(jidAttr(stanza, 'from')!)
    const messages = child(child(stanza, 'live_updates'), 'messages')
    for (const node of messages ? children(messages, 'message') : []) {
      const { serverId, views, reactions, comments, votes } = channelMessageView(node)
      this.ctx.note('phone.channel_update', { channel, server_id: serverId, views, reactions, comments, votes })
    }
  }
}
