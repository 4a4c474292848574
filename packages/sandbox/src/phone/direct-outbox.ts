import { randomBytes } from 'node:crypto'
import { participantHash } from '../server/participant-hash.ts'
import type { AttributeValue, Jid, WireNode } from '../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../wire/node-access.ts'
import { Message, type ProtocolMessage } from '../wire/proto/index.ts'
import type { Account, Device } from '../world/account.ts'
import { type Addressing, accountJid, deviceJid, deviceName } from '../world/address.ts'
import type { ChatEntry } from './chat-log.ts'
import { applyContent } from './content/apply-content.ts'
import { stanzaMarks } from './content/stanza-marks.ts'
import { padMessage } from './message-padding.ts'
import { type PhoneContext, signalAddress } from './phone-context.ts'
import { iqNode, readBundle } from './phone-stanzas.ts'

/** What was sent under an id, so that a device that could not read it can be sent it again. */
interface Sent {
  readonly message: Message
  /** The chat; undefined for a peer message to one own companion. */
  readonly chat: Account | undefined
  readonly addressing: Addressing
}

const keptSent = 1000

/** Everything a phone encrypts and sends. Encrypting and handing over happen without a pause between them, so messages leave in ratchet order. */
export class DirectOutbox {
  readonly #ctx: PhoneContext
  readonly #sent = new Map<string, Sent>()

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
  }

  /** A message id as phones make them: 20 hex digits that begin with 3A. Random, since ids must stay unique over restarts of a world. */
  newId(): string {
    return `3A${randomBytes(9).toString('hex').toUpperCase()}`
  }

  /** Sends to all devices of a person and to the own companions. Resolves once the server took or refused it. */
  async send(entry: ChatEntry, to: Account, addressing: Addressing): Promise<void> {
    await unlessUnderWay(entry, () => this.#sendTo(entry, to, addressing))
  }

  async #sendTo(entry: ChatEntry, to: Account, addressing: Addressing): Promise<void> {
    const { account, device } = this.#ctx
    const { id, message } = entry
    const targets = [...new Set([...to.devices.values(), ...account.devices.values()])].filter((one) => one !== device)
    if (!(await this.ensureSessions(targets))) return
    this.#remember(id, { message, chat: to, addressing })
    const known = targets.filter((target) => this.#ctx.signal.hasSession(signalAddress(target)))
    if (to !== account && !known.some((target) => target.account === to)) {
      this.#ctx.chats.touch(Object.assign(entry, { status: 'failed', error: 'no keys' }))
      return
    }
    const content = known.map((target): WireNode => {
      const copy = this.isDenied(target, entry)
        ? placeholder(entry)
        : this.seal(target, this.#copyFor(target, message, to, addressing))
      return { tag: 'to', attrs: { jid: deviceJid(target, addressing) }, content: [copy] }
    })
    const marks = stanzaMarks(message)
    const answer = await this.#ctx.submit({
      tag: 'message',
      attrs: {
        id,
        to: accountJid(to, addressing),
        ...marks.attrs,
        phash: participantHash([...known, device].map((one) => deviceJid(one, addressing))),
      },
      content: [{ tag: 'participants', attrs: {}, content }, ...marks.nodes],
    })
    settle(entry, answer)
    if (entry.status === 'sent') applyContent(this.#ctx, entry)
    this.#ctx.chats.touch(entry)
  }

  /** A message between own devices that no chat shows: keys, history, answers to requests. */
  async sendPeer(to: Device, protocolMessage: ProtocolMessage): Promise<void> {
    await this.ensureSessions([to])
    const message: Message = { protocolMessage }
    const id = this.newId()
    this.#remember(id, { message, chat: undefined, addressing: 'pn' })
    await this.#submitDirect(to, id, message, { category: 'peer', push_priority: 'high' })
  }

  /** Sends a message again to the one device that could not read it.
   *  @param count how often that device has asked */
  async resend(to: Device, id: string, count: number): Promise<'sent' | 'unknown'> {
    const sent = this.#sent.get(id) ?? this.#fromLog(id)
    const own = to.account === this.#ctx.account
    if (!sent || !(own || to.account === sent.chat)) return 'unknown'
    await this.ensureSessions([to])
    if (!sent.chat) {
      await this.#submitDirect(to, id, sent.message, { category: 'peer' }, 'pn', count)
      return 'sent'
    }
    const attrs: Record<string, AttributeValue> = { device_fanout: 'false' }
    if (own) attrs['recipient'] = accountJid(sent.chat, sent.addressing)
    await this.#submitDirect(
      to,
      id,
      this.#copyFor(to, sent.message, sent.chat, sent.addressing),
      attrs,
      sent.addressing,
      count,
    )
    return 'sent'
  }

  /** Fetches bundles and starts sessions where there is none. Devices that have no bundle are left without. False when the phone was switched off
   *  in between: what was to be sent still waits. */
  async ensureSessions(devices: readonly Device[]): Promise<boolean> {
    const { signal } = this.#ctx
    const missing = devices.filter((device) => !signal.hasSession(signalAddress(device)))
    if (missing.length === 0) return true
    const users = missing.map((device): WireNode => ({ tag: 'user', attrs: { jid: deviceJid(device, 'lid') } }))
    const answer = await this.#ctx.submit(
      iqNode(this.newId(), 'get', 'encrypt', [{ tag: 'key', attrs: {}, content: users }]),
    )
    for (const user of children(child(answer, 'list') ?? { tag: 'list', attrs: {} }, 'user')) this.#startFrom(user)
    return answer !== undefined
  }

  #startFrom(user: WireNode): void {
    const jid = jidAttr(user, 'jid')
    const device = jid && this.#ctx.world.device(jid)
    const bundle = readBundle(user)
    if (!device) return
    if (!bundle) {
      this.#ctx.note('phone.no_bundle', { device: deviceName(device) })
      return
    }
    // Another send may have started one while this bundle was on its way.
    if (this.#ctx.signal.hasSession(signalAddress(device))) return
    try {
      this.#ctx.signal.start(signalAddress(device), bundle)
    } catch (error) {
      this.#ctx.violation('prekey_bundle', String(error), device)
    }
  }

  async #submitDirect(
    to: Device,
    id: string,
    message: Message,
    attrs: Record<string, AttributeValue>,
    addressing: Addressing = 'pn',
    count?: number,
  ): Promise<void> {
    if (!this.#ctx.signal.hasSession(signalAddress(to))) return
    const sealed = this.seal(to, message)
    const marks = stanzaMarks(message)
    const enc = count === undefined ? sealed : { ...sealed, attrs: { ...sealed.attrs, count: String(count) } }
    const answer = await this.#ctx.submit({
      tag: 'message',
      attrs: { id, to: deviceJid(to, addressing), ...marks.attrs, ...attrs },
      content: [enc, ...marks.nodes],
    })
    const error = textAttr(answer, 'error')
    if (error) this.#ctx.note('phone.send_refused', { id, to: deviceName(to), error })
  }

  /** One message for one device, in its session. */
  seal(to: Device, message: Message): WireNode {
    const { type, ciphertext } = this.#ctx.signal.encrypt(signalAddress(to), padMessage(Message.encode(message)))
    return { tag: 'enc', attrs: { v: '2', type, ...stanzaMarks(message).enc }, content: ciphertext }
  }

  /** The same for many, each in a `<to>`; devices without a session are left out. */
  copies(devices: readonly Device[], message: Message, addressing: Addressing): WireNode[] {
    return devices
      .filter((device) => this.#ctx.signal.hasSession(signalAddress(device)))
      .map((device) => {
        return { tag: 'to', attrs: { jid: deviceJid(device, addressing) }, content: [this.seal(device, message)] }
      })
  }

  /** Companions of the other side that are to see a placeholder only. */
  isDenied(target: Device, entry: ChatEntry): boolean {
    return entry.unavailable !== undefined && target.id !== 0 && target.account !== this.#ctx.account
  }

  /** Own devices get the message wrapped with the chat that it went to. */
  #copyFor(target: Device, message: Message, chat: Account, addressing: Addressing): Message {
    if (target.account !== this.#ctx.account) return message
    return { deviceSentMessage: { destinationJid: jidText(accountJid(chat, addressing)), message } }
  }

  #remember(id: string, sent: Sent): void {
    this.#sent.set(id, sent)
    if (this.#sent.size > keptSent) this.#sent.delete(this.#sent.keys().next().value as string)
  }

  /** After a restart, what was sent is only in the chat log. */
  #fromLog(id: string): Sent | undefined {
    const { chats, world } = this.#ctx
    const entry = chats.list().find((one) => one.fromMe && one.id === id)
    const chat = entry && world.account(entry.chat)
    return entry && chat ? { message: entry.message, chat, addressing: entry.addressing } : undefined
  }
}

function jidText(jid: Jid): string {
  return `${jid.user}@${jid.server}`
}

/** What a device gets that is not to have the message. */
export function placeholder({ unavailable }: ChatEntry): WireNode {
  return { tag: 'unavailable', attrs: unavailable ? { type: unavailable } : {} }
}

const underWay = new WeakSet<ChatEntry>()

/** Sends an entry, unless that is being done: a phone that connects sends all that waits, also what it has in hand. */
export async function unlessUnderWay(entry: ChatEntry, send: () => Promise<void>): Promise<void> {
  if (underWay.has(entry)) return
  underWay.add(entry)
  try {
    await send()
  } finally {
    underWay.delete(entry)
  }
}

/** Without an answer, the phone was switched off in between: the message still waits. */
export function settle(entry: ChatEntry, answer: WireNode | undefined): void {
  if (!answer) return
  const error = textAttr(answer, 'error')
  entry.status = error === undefined ? 'sent' : 'failed'
  if (error !== undefined) entry.error = error
}
