import { participantHash } from '../../server/participant-hash.ts'
import { statusJid } from '../../server/status/status-message.ts'
import type { WireNode } from '../../wire/node.ts'
import { textAttr } from '../../wire/node-access.ts'
import { Message } from '../../wire/proto/index.ts'
import type { Account, Device } from '../../world/account.ts'
import { deviceJid, deviceName } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import { applyContent } from '../content/apply-content.ts'
import { stanzaMarks } from '../content/stanza-marks.ts'
import { type DirectOutbox, settle, unlessUnderWay } from '../direct-outbox.ts'
import type { SenderKeys } from '../groups/sender-keys.ts'
import { padMessage } from '../message-padding.ts'
import { type PhoneContext, signalAddress } from '../phone-context.ts'

/** JID of all status posts as one chat. */
export const statusChat = 'status@broadcast'

/** Everything a phone posts as status: one sealed part for all, and the key to it for each device of the audience. */
export class StatusOutbox {
  readonly #ctx: PhoneContext
  readonly #outbox: DirectOutbox
  readonly #keys: SenderKeys

  constructor(ctx: PhoneContext, outbox: DirectOutbox, keys: SenderKeys) {
    this.#ctx = ctx
    this.#outbox = outbox
    this.#keys = keys
  }

  /** Resolves once the server took or refused it. */
  async send(entry: ChatEntry, audience: readonly Account[]): Promise<void> {
    await unlessUnderWay(entry, () => this.#send(entry, audience))
  }

  async #send(entry: ChatEntry, audience: readonly Account[]): Promise<void> {
    const devices = this.#devicesOf(audience)
    if (!(await this.#outbox.ensureSessions(devices))) return
    const answer = await this.#ctx.submit(this.#stanza(entry, devices))
    settle(entry, answer)
    if (entry.status === 'sent') applyContent(this.#ctx, entry)
    else this.#keys.discard(statusChat)
    this.#ctx.chats.touch(entry)
  }

  /** Sends a reaction to the one who posted and to the own devices, each by itself. Seen in: WhatsApp Web, WAWebSendStatusReactionAction. */
  async sendDirectly(entry: ChatEntry, to: Account): Promise<void> {
    const devices = this.#devicesOf([to])
    if (!(await this.#outbox.ensureSessions(devices))) return
    const marks = stanzaMarks(entry.message)
    const copies = this.#outbox.copies(devices, entry.message, 'lid')
    const attrs = { id: entry.id, to: statusJid, ...marks.attrs }
    const content: WireNode[] = [{ tag: 'participants', attrs: {}, content: copies }, ...marks.nodes]
    settle(entry, await this.#ctx.submit({ tag: 'message', attrs, content }))
    if (entry.status === 'sent') applyContent(this.#ctx, entry)
    this.#ctx.chats.touch(entry)
  }

  /** Sends a post again to the one device that could not read it. */
  async resend(to: Device, id: string, count: number): Promise<'sent' | 'unknown'> {
    const entry = this.#ctx.chats.find(statusChat, true, id)
    if (!entry) return 'unknown'
    await this.#outbox.ensureSessions([to])
    if (!this.#ctx.signal.hasSession(signalAddress(to))) return 'unknown'
    const distribution = this.#keys.distribution(statusChat)
    const sealed = this.#outbox.seal(to, { ...entry.message, ...(distribution ? keyMessage(distribution) : {}) })
    const enc = { ...sealed, attrs: { ...sealed.attrs, count: String(count) } }
    const attrs = { id, to: statusJid, ...stanzaMarks(entry.message).attrs, participant: deviceJid(to, 'lid') }
    const answer = await this.#ctx.submit({ tag: 'message', attrs, content: [enc] })
    const error = textAttr(answer, 'error')
    if (error) this.#ctx.note('phone.send_refused', { id, to: deviceName(to), error })
    return 'sent'
  }

  #stanza(entry: ChatEntry, devices: readonly Device[]): WireNode {
    const reachable = devices.filter((device) => this.#ctx.signal.hasSession(signalAddress(device)))
    const { distribution } = this.#keys.prepare(statusChat, reachable.map(signalAddress))
    // Everybody is named, and so gets the key: the server knows the audience by nothing else.
    const copies = this.#outbox.copies(reachable, keyMessage(distribution), 'lid')
    this.#keys.noteHolders(statusChat, reachable.map(signalAddress))
    const ciphertext = this.#keys.encrypt(statusChat, padMessage(Message.encode(entry.message)))
    const marks = stanzaMarks(entry.message)
    const shared: WireNode = { tag: 'enc', attrs: { v: '2', type: 'skmsg', ...marks.enc }, content: ciphertext }
    const phash = participantHash([...devices, this.#ctx.device].map((device) => deviceJid(device, 'lid')))
    return {
      tag: 'message',
      attrs: { id: entry.id, to: statusJid, ...marks.attrs, phash },
      content: [{ tag: 'participants', attrs: {}, content: copies }, shared, ...marks.nodes],
    }
  }

  #devicesOf(audience: readonly Account[]): Device[] {
    const people = new Set([...audience, this.#ctx.account])
    return [...people].flatMap((account) => [...account.devices.values()]).filter((one) => one !== this.#ctx.device)
  }
}

function keyMessage(distribution: Uint8Array): Message {
  return {
    senderKeyDistributionMessage: { groupId: statusChat, axolotlSenderKeyDistributionMessage: distribution },
  }
}
