import { participantHash } from '../../server/participant-hash.ts'
import type { AttributeValue, WireNode } from '../../wire/node.ts'
import { textAttr } from '../../wire/node-access.ts'
import { Message } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import { deviceJid, deviceName } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import { applyContent } from '../content/apply-content.ts'
import { stanzaMarks } from '../content/stanza-marks.ts'
import { type DirectOutbox, placeholder, settle, unlessUnderWay } from '../direct-outbox.ts'
import { padMessage } from '../message-padding.ts'
import { type PhoneContext, signalAddress } from '../phone-context.ts'
import { asGroup, type GroupLine } from './group-line.ts'
import type { GroupView } from './group-view.ts'
import type { SenderKeys } from './sender-keys.ts'

/** Everything a phone writes in groups: one sealed part for all, and its key for those who lack it. */
export class GroupOutbox {
  readonly #ctx: PhoneContext
  readonly #outbox: DirectOutbox
  readonly #line: GroupLine
  readonly #keys: SenderKeys

  constructor(ctx: PhoneContext, outbox: DirectOutbox, line: GroupLine, keys: SenderKeys) {
    this.#ctx = ctx
    this.#outbox = outbox
    this.#line = line
    this.#keys = keys
  }

  /** Sends to every device of every member. Resolves once the server took or refused it. */
  async send(entry: ChatEntry, view: GroupView): Promise<void> {
    await unlessUnderWay(entry, () => this.#send(entry, view))
  }

  async #send(entry: ChatEntry, view: GroupView): Promise<void> {
    const devices = this.#targets(entry, view)
    if (!(await this.#outbox.ensureSessions(devices))) return
    // From here to the hand-over nothing waits, so that messages leave in the order of their keys.
    const apart = entry.message.messageHistoryBundle !== undefined
    const stanza = apart ? this.#apart(entry, view, devices) : this.#stanza(entry, view, devices)
    const answer = await this.#ctx.submit(stanza)
    settle(entry, answer)
    if (entry.status === 'sent') applyContent(this.#ctx, entry)
    if (entry.status !== 'sent' && !apart) this.#keys.discard(view.jid)
    // The hash says that the server counts other members or devices than this phone does.
    if (entry.status !== 'sent' || textAttr(answer, 'phash')) this.#line.forget(view.jid)
    this.#ctx.chats.touch(entry)
  }

  /** Sends a message again to the one device that could not read it, sealed for it alone, with the key for what follows.
   *  @param count how often that device has asked */
  async resend(to: Device, group: string, id: string, count: number): Promise<'sent' | 'unknown'> {
    const entry = this.#ctx.chats.find(group, true, id)
    const view = await this.#line.view(group)
    if (!entry || !this.#devicesOf(view).includes(to)) return 'unknown'
    await this.#outbox.ensureSessions([to])
    if (!this.#ctx.signal.hasSession(signalAddress(to))) return 'unknown'
    const distribution = this.#keys.distribution(group)
    const message = distribution ? { ...entry.message, ...keyMessage(group, distribution) } : entry.message
    const sealed = this.#outbox.seal(to, message)
    if (distribution) this.#keys.noteHolders(group, [signalAddress(to)])
    const enc = { ...sealed, attrs: { ...sealed.attrs, count: String(count) } }
    const participant = deviceJid(to, view.addressing)
    const marks = stanzaMarks(entry.message)
    const attrs = { id, to: asGroup(group), ...marks.attrs, participant }
    const answer = await this.#ctx.submit({ tag: 'message', attrs, content: [enc, ...marks.nodes] })
    const error = textAttr(answer, 'error')
    if (error) this.#ctx.note('phone.send_refused', { id, to: deviceName(to), error })
    return 'sent'
  }

  #stanza(entry: ChatEntry, view: GroupView, devices: readonly Device[]): WireNode {
    const denied = devices.filter((device) => this.#outbox.isDenied(device, entry))
    const reachable = devices.filter(
      (device) => !denied.includes(device) && this.#ctx.signal.hasSession(signalAddress(device)),
    )
    const { lacking, distribution, rotated } = this.#keys.prepare(view.jid, reachable.map(signalAddress))
    if (rotated) this.#ctx.note('phone.sender_key_rotated', { group: view.jid })
    const targets = reachable.filter((device) => lacking.includes(signalAddress(device)))
    const part = (device: Device, content: WireNode): WireNode => ({
      ...{ tag: 'to', attrs: { jid: deviceJid(device, view.addressing) }, content: [content] },
    })
    const copies = [
      ...targets.map((device) => part(device, this.#outbox.seal(device, keyMessage(view.jid, distribution)))),
      ...denied.map((device) => part(device, placeholder(entry))),
    ]
    this.#keys.noteHolders(view.jid, lacking)
    const ciphertext = this.#keys.encrypt(view.jid, padMessage(Message.encode(entry.message)))
    const marks = stanzaMarks(entry.message)
    const shared: WireNode = { tag: 'enc', attrs: { v: '2', type: 'skmsg', ...marks.enc }, content: ciphertext }
    const participants: WireNode[] = copies.length > 0 ? [{ tag: 'participants', attrs: {}, content: copies }] : []
    return {
      tag: 'message',
      attrs: this.#attrs(entry, view, devices),
      content: [...participants, shared, ...marks.nodes],
    }
  }

  /** What is for some members alone: a copy for each of their devices. Seen in: zapo WaMessageDispatchCoordinator.ts `publishGroupDirectMessage`. */
  #apart(entry: ChatEntry, view: GroupView, devices: readonly Device[]): WireNode {
    const content = this.#outbox.copies(devices, entry.message, view.addressing)
    const { attrs, nodes } = stanzaMarks(entry.message)
    return {
      tag: 'message',
      attrs: { id: entry.id, to: asGroup(view.jid), ...attrs, addressing_mode: view.addressing },
      content: [{ tag: 'participants', attrs: {}, content }, ...nodes],
    }
  }

  #attrs(entry: ChatEntry, view: GroupView, devices: readonly Device[]): Record<string, AttributeValue> {
    const jids = [...devices, this.#ctx.device].map((device) => deviceJid(device, view.addressing))
    return {
      id: entry.id,
      to: asGroup(view.jid),
      ...stanzaMarks(entry.message).attrs,
      phash: participantHash(jids),
      addressing_mode: view.addressing,
      ...(view.ephemeralSeconds > 0 ? { expiration: String(view.ephemeralSeconds) } : {}),
    }
  }

  /** Whom a message is for: everybody in the group, but of messages of the past only those whom they name. */
  #targets({ message }: ChatEntry, view: GroupView): Device[] {
    const { world, account } = this.#ctx
    const named = message.messageHistoryBundle?.messageHistoryMetadata?.historyReceivers
    if (!named) return this.#devicesOf(view)
    const accounts = new Set([account, ...named.map((jid) => world.account(jid))])
    return this.#devicesOf(view).filter((device) => accounts.has(device.account))
  }

  /** Every device of every member but this one. */
  #devicesOf(view: GroupView): Device[] {
    const accounts = new Set(view.participants.map(({ jid, lid }) => this.#ctx.world.account(lid || jid)))
    return [...accounts]
      .flatMap((account) => [...(account?.devices.values() ?? [])])
      .filter((one) => one !== this.#ctx.device)
  }
}

function keyMessage(group: string, distribution: Uint8Array): Message {
  return { senderKeyDistributionMessage: { groupId: group, axolotlSenderKeyDistributionMessage: distribution } }
}
