import { SignalError } from '@switchboard/signal'
import { formatJid } from '../wire/jid.ts'
import type { Jid, WireNode } from '../wire/node.ts'
import { child, children, contentBytes, jidAttr, textAttr } from '../wire/node-access.ts'
import { Message } from '../wire/proto/index.ts'
import type { Account, Device } from '../world/account.ts'
import { accountJid, deviceName } from '../world/address.ts'
import type { ChatEntry } from './chat-log.ts'
import { applyContent } from './content/apply-content.ts'
import { checkIdentityOf } from './linking/adv-authority.ts'
import { takeMedia } from './media/take-media.ts'
import { unpadMessage } from './message-padding.ts'
import { type PhoneContext, signalAddress } from './phone-context.ts'
import { receiptNode } from './phone-stanzas.ts'
import { receivedEntry } from './received-entry.ts'
import type { RetryRequests } from './retry-requests.ts'

/** What the phone does with a message that only own devices may send. */
export interface PeerMessages {
  /** @param id of the message: what answers refer to */
  handle(from: Device, message: Message, id: string): Promise<void>
}

interface Envelope {
  readonly stanza: WireNode
  readonly id: string
  readonly from: Device
  readonly fromJid: Jid
  /** The other side of the chat: the sender, or for copies of what an own device sent, whom it was sent to. */
  readonly chat: Account
  readonly peer: boolean
}

/** A rule was broken: the message is not taken, whatever it says. */
export class Broken extends Error {
  readonly rule: string

  constructor(rule: string, detail: string) {
    super(detail)
    this.rule = rule
  }
}

/** Opens what arrives, checks it as a real phone does, keeps it once and answers with the right receipt. */
export class Inbox {
  readonly #ctx: PhoneContext
  readonly #peers: PeerMessages
  readonly #retries: RetryRequests
  /** Messages that came again although they had been taken: the server or a sender doubled them. */
  duplicates = 0
  onMessage: (entry: ChatEntry) => void = () => {}
  /** Called with an entry while it is stored, to store more together with it. */
  onKept: (entry: ChatEntry) => void = () => {}

  constructor(ctx: PhoneContext, peers: PeerMessages, retries: RetryRequests) {
    this.#ctx = ctx
    this.#peers = peers
    this.#retries = retries
  }

  async handle(stanza: WireNode): Promise<void> {
    const envelope = this.#envelope(stanza)
    if (!envelope) {
      this.#ctx.violation('envelope', `message ${textAttr(stanza, 'id')} has no sender that this world knows`)
      await this.refuse(stanza)
      return
    }
    try {
      const taken = this.#open(envelope)
      await this.#ctx.submit(this.#delivered(envelope))
      if (taken.entry) this.onMessage(taken.entry)
      if (envelope.peer) await this.#peers.handle(envelope.from, taken.message, envelope.id)
    } catch (error) {
      await this.#failed(envelope, error)
    }
  }

  #envelope(stanza: WireNode): Envelope | undefined {
    const { world, account } = this.#ctx
    const fromJid = jidAttr(stanza, 'from')
    const from = fromJid && world.device(fromJid)
    const id = textAttr(stanza, 'id')
    if (!from || !id) return undefined
    const peer = textAttr(stanza, 'category') === 'peer'
    const recipient = jidAttr(stanza, 'recipient')
    const chat = from.account === account && recipient ? world.account(recipient) : from.account
    return chat && { stanza, id, from, fromJid, chat, peer }
  }

  /** Decrypts and keeps. What is found wrong throws before anything is kept, the ratchet included. */
  #open(envelope: Envelope): { message: Message; entry: ChatEntry | undefined } {
    const enc = child(envelope.stanza, 'enc')
    const type = textAttr(enc, 'type')
    const ciphertext = contentBytes(enc)
    if (!ciphertext || (type !== 'pkmsg' && type !== 'msg')) throw new Broken('enc', `no readable enc, type ${type}`)
    if (type === 'pkmsg') this.checkIdentity(envelope)
    let message: Message | undefined
    let entry: ChatEntry | undefined
    this.#ctx.signal.decrypt(signalAddress(envelope.from), type, ciphertext, (opened) => {
      if (opened.identityKey && Buffer.compare(opened.identityKey, envelope.from.identityKey) !== 0) {
        throw new Broken('identity', 'the prekey message names an identity key that is not registered for the device')
      }
      message = this.#decode(envelope, opened.plaintext)
      if (!envelope.peer) entry = this.#keep(envelope, message)
    })
    if (!message) throw new Error('decrypt returned without a message')
    return { message, entry }
  }

  /** A companion's first messages must carry the chain from the account to the device. */
  checkIdentity({ stanza, from }: Pick<Envelope, 'stanza' | 'from'>): void {
    if (from.id === 0) return
    const identity = contentBytes(child(stanza, 'device-identity'))
    if (!identity) throw new Broken('device_identity', 'a companion sent a prekey message without device-identity')
    const flaw = checkIdentityOf(from, identity)
    if (flaw) throw new Broken('device_identity', flaw)
  }

  #decode(envelope: Envelope, padded: Uint8Array): Message {
    const plaintext = unpadMessage(padded)
    if (!plaintext) throw new Broken('padding', 'padding is not 1 to 16 bytes that hold their number')
    const outer = decodeMessage(plaintext)
    const own = envelope.from.account === this.#ctx.account
    const sent = outer.deviceSentMessage
    if (envelope.peer) {
      if (!own) throw new Broken('peer', 'a peer message came from another account')
      // baileys wraps what it asks the phone as it does copies (messages-send.js), whatsmeow does not.
      return sent?.message ?? outer
    }
    if (!own && sent) throw new Broken('device_sent', 'another account sent a deviceSentMessage')
    if (!own) return outer
    if (!sent?.message) throw new Broken('device_sent', 'a copy for an own device is not wrapped in deviceSentMessage')
    const destination = this.#ctx.world.account(sent.destinationJid ?? '')
    if (destination !== envelope.chat)
      throw new Broken('device_sent', `destination ${sent.destinationJid} is not the chat`)
    return sent.message
  }

  /** Adds to the log, or applies to what is there. Undefined when the message was there already. */
  #keep(envelope: Envelope, message: Message): ChatEntry | undefined {
    return this.keep(this.#entry(envelope, message), envelope.from)
  }

  /** The same for a message that another part of the phone has opened. */
  keep(entry: ChatEntry, from: Device): ChatEntry | undefined {
    const { chats, storage } = this.#ctx
    if (chats.has(entry.chatLid, entry.fromMe, entry.id)) {
      this.countDuplicate(entry.id, from)
      return undefined
    }
    takeMedia(this.#ctx, entry)
    storage.batch(() => {
      chats.add(entry)
      applyContent(this.#ctx, entry)
      this.onKept(entry)
    })
    return entry
  }

  #entry(envelope: Envelope, message: Message): ChatEntry {
    const { chat } = envelope
    const place = { chat: formatJid(accountJid(chat, 'pn')), chatLid: formatJid(accountJid(chat, 'lid')) }
    return receivedEntry(this.#ctx, place, envelope, message)
  }

  countDuplicate(id: string, from: Device): void {
    this.duplicates++
    this.#ctx.note('phone.duplicate', { id, from: deviceName(from) })
  }

  /** Receipt types seen in: baileys messages-recv.js, whatsmeow receipt.go. */
  #delivered({ id, from, fromJid, stanza, peer }: Envelope): WireNode {
    if (peer) return receiptNode(id, fromJid, { type: 'peer_msg' })
    const recipient = jidAttr(stanza, 'recipient')
    if (from.account === this.#ctx.account)
      return receiptNode(id, fromJid, { type: 'sender', ...(recipient ? { recipient } : {}) })
    return receiptNode(id, fromJid)
  }

  async #failed(envelope: Envelope, error: unknown): Promise<void> {
    const { from, id, stanza } = envelope
    if (error instanceof Broken) {
      this.#ctx.violation(error.rule, `${error.message} (message ${id})`, from)
      await this.refuse(stanza)
      return
    }
    if (!(error instanceof SignalError)) throw error
    if (error.code === 'duplicate_message') {
      this.countDuplicate(envelope.id, from)
      await this.#ctx.submit(this.#delivered(envelope))
      return
    }
    this.#ctx.note('phone.undecryptable', {
      id,
      from: deviceName(from),
      code: error.code,
      retry: children(stanza, 'enc')[0]?.attrs['count'],
    })
    await this.#retries.ask(stanza, from, error.code)
  }

  /** Takes the stanza off the queue without a receipt: 487 is "could not be parsed" (baileys decode-wa-message.js). */
  async refuse(stanza: WireNode): Promise<void> {
    const to = jidAttr(stanza, 'from')
    const id = textAttr(stanza, 'id') ?? ''
    await this.#ctx.submit({ tag: 'ack', attrs: { class: 'message', id, ...(to ? { to } : {}), error: '487' } })
  }
}

export function decodeMessage(plaintext: Uint8Array): Message {
  try {
    return Message.decode(plaintext)
  } catch (error) {
    throw new Broken(
      'protobuf',
      `plaintext is not a message: ${String(error)}: ${Buffer.from(plaintext.subarray(0, 64)).toString('hex')}`,
    )
  }
}
