import type { WireNode } from '../../wire/node.ts'
import { textAttr } from '../../wire/node-access.ts'
import { Message } from '../../wire/proto/index.ts'
import type { ChatEntry } from '../chat-log.ts'
import { stanzaMarks } from '../content/stanza-marks.ts'
import { describeMessage } from '../message-content.ts'
import { channelMedia } from './channel-content.ts'
import { asChannel, ChannelRefused } from './channel-line.ts'
import type { ChannelHome } from './channel-parts.ts'

/** Everything that a phone writes into one channel. */
export class ChannelOutbox {
  readonly #channels: ChannelHome
  readonly #jid: string

  constructor(channels: ChannelHome, jid: string) {
    this.#channels = channels
    this.#jid = jid
  }

  /** Writes a message; while the phone is off it waits. @throws ChannelRefused */
  async publish(message: Message, attrs: Readonly<Record<string, string>> = {}): Promise<ChatEntry> {
    const { ctx, parts } = this.#channels
    const entry = this.#channels.entryOf(this.#jid, {
      ...{ id: this.#channels.newId(), fromMe: true, message, status: 'waiting' },
      ...describeMessage(message),
    })
    if (parts.isOn()) await this.#hand(entry, attrs)
    ctx.chats.add(entry)
    return entry
  }

  /** Sends what was written while the phone was off. What the server refuses now failed: nobody waits for the answer any more. */
  async sendWaiting(entry: ChatEntry): Promise<void> {
    try {
      await this.#hand(entry)
    } catch (error) {
      if (!(error instanceof ChannelRefused)) throw error
      Object.assign(entry, { status: 'failed', error: String(error.code) })
    }
    this.#channels.ctx.chats.touch(entry)
  }

  /** @throws ChannelRefused */
  send(attrs: Readonly<Record<string, string>>, content: WireNode[]): Promise<WireNode> {
    return this.#channels.line.send({ tag: 'message', attrs: { ...attrs, to: asChannel(this.#jid) }, content })
  }

  async #hand(entry: ChatEntry, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const { id, message } = entry
    const { mediaType, mediaId } = channelMedia(message)
    const marks = stanzaMarks(message)
    const type = mediaType ? 'media' : marks.attrs['type'] === 'poll' ? 'poll' : 'text'
    const attrs = { id, type, ...(mediaId ? { media_id: mediaId } : {}), ...more }
    const content = [plaintext(Message.encode(message), mediaType), ...(type === 'poll' ? marks.nodes : [])]
    const answer = await this.send(attrs, content)
    Object.assign(entry, { serverId: Number(textAttr(answer, 'server_id')), status: 'sent' })
  }
}

/** A message in the open, as channels carry it. */
export function plaintext(content: Uint8Array, mediaType?: string): WireNode {
  return { tag: 'plaintext', attrs: mediaType ? { mediatype: mediaType } : {}, content }
}
