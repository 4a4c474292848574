import { SignalError } from '@switchboard/signal'
import { formatJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { children, contentBytes, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Message } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import { deviceName } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import { Broken, decodeMessage, type Inbox } from '../inbox.ts'
import { unpadMessage } from '../message-padding.ts'
import { type PhoneContext, signalAddress } from '../phone-context.ts'
import { receiptNode } from '../phone-stanzas.ts'
import { receivedEntry } from '../received-entry.ts'
import type { RetryRequests } from '../retry-requests.ts'
import { takeHistory } from './group-history.ts'
import type { SenderKeys } from './sender-keys.ts'

interface Envelope {
  readonly stanza: WireNode
  readonly id: string
  readonly groupJid: Jid
  /** JID of the group as text. */
  readonly group: string
  readonly from: Device
  readonly fromJid: Jid
}

/** Opens what arrives from groups: first the parts for this device alone (mostly a sender's key), then the part for all. */
export class GroupInbox {
  readonly #ctx: PhoneContext
  readonly #inbox: Inbox
  readonly #retries: RetryRequests
  readonly #keys: SenderKeys

  constructor(ctx: PhoneContext, inbox: Inbox, retries: RetryRequests, keys: SenderKeys) {
    this.#ctx = ctx
    this.#inbox = inbox
    this.#retries = retries
    this.#keys = keys
  }

  async handle(stanza: WireNode): Promise<void> {
    const envelope = this.#envelope(stanza)
    if (!envelope) {
      this.#ctx.violation('envelope', `group message ${textAttr(stanza, 'id')} has no sender that this world knows`)
      await this.#inbox.refuse(stanza)
      return
    }
    try {
      const entry = this.#open(envelope)
      await this.#ctx.submit(this.#delivered(envelope))
      if (entry) this.#inbox.onMessage(entry)
    } catch (error) {
      await this.#failed(envelope, error)
    }
  }

  #envelope(stanza: WireNode): Envelope | undefined {
    const groupJid = jidAttr(stanza, 'from')
    const fromJid = jidAttr(stanza, 'participant')
    const from = fromJid && this.#ctx.world.device(fromJid)
    const id = textAttr(stanza, 'id')
    if (!groupJid || !from || !id) return undefined
    return { stanza, id, groupJid, group: formatJid(groupJid), from, fromJid }
  }

  #open(envelope: Envelope): ChatEntry | undefined {
    const parts = children(envelope.stanza, 'enc')
    if (parts.length === 0) throw new Broken('enc', 'a group message without enc')
    let entry: ChatEntry | undefined
    for (const [index, part] of parts.entries()) {
      try {
        entry = this.#openPart(envelope, part) ?? entry
      } catch (error) {
        // Delivered once more, the key in front is known already; what follows may not be.
        const isAgain = error instanceof SignalError && againCodes.has(error.code)
        if (!isAgain || index === parts.length - 1) throw error
      }
    }
    return entry
  }

  #openPart(envelope: Envelope, enc: WireNode): ChatEntry | undefined {
    const { stanza, group, from } = envelope
    const type = textAttr(enc, 'type')
    const ciphertext = contentBytes(enc) ?? new Uint8Array(0)
    const address = signalAddress(from)
    let entry: ChatEntry | undefined
    if (type === 'skmsg') {
      this.#keys.decrypt(group, address, ciphertext, (padded) => {
        entry = this.#keep(envelope, this.#decode(envelope, padded))
      })
      return entry
    }
    if (type !== 'pkmsg' && type !== 'msg') throw new Broken('enc', `no readable enc, type ${type}`)
    if (type === 'pkmsg') this.#inbox.checkIdentity({ stanza, from })
    this.#ctx.signal.decrypt(address, type, ciphertext, ({ plaintext, identityKey }) => {
      if (identityKey && Buffer.compare(identityKey, from.identityKey) !== 0) {
        throw new Broken('identity', 'the prekey message names an identity key that is not registered for the device')
      }
      const message = this.#decode(envelope, plaintext)
      this.#takeKey(envelope, message)
      if (saysSomething(message)) entry = this.#keep(envelope, message)
    })
    return entry
  }

  #decode({ from }: Envelope, padded: Uint8Array): Message {
    const plaintext = unpadMessage(padded)
    if (!plaintext) throw new Broken('padding', 'padding is not 1 to 16 bytes that hold their number')
    const message = decodeMessage(plaintext)
    const own = message.deviceSentMessage
    if (!own) return message
    // Some clients wrap what they send again to an own device (baileys messages-send.js), others do not (whatsmeow retry.go).
    if (from.account !== this.#ctx.account) throw new Broken('device_sent', 'another account sent a deviceSentMessage')
    return own.message ?? message
  }

  #takeKey({ group, from }: Envelope, message: Message): void {
    const given = message.senderKeyDistributionMessage
    if (!given) return
    if (given.groupId !== group) throw new Broken('sender_key', `a key for ${given.groupId} came in ${group}`)
    const bytes = given.axolotlSenderKeyDistributionMessage ?? new Uint8Array(0)
    this.#keys.take(group, signalAddress(from), bytes)
    this.#ctx.note('phone.sender_key', { group, from: deviceName(from) })
  }

  #keep(envelope: Envelope, message: Message): ChatEntry | undefined {
    const { group } = envelope
    const entry = receivedEntry(this.#ctx, { chat: group, chatLid: group }, envelope, message)
    const kept = this.#inbox.keep(entry, envelope.from)
    if (kept) takeHistory(this.#ctx, kept)
    return kept
  }

  #delivered({ id, groupJid, from, fromJid }: Envelope): WireNode {
    const own = from.account === this.#ctx.account
    return receiptNode(id, groupJid, { participant: fromJid, ...(own ? { type: 'sender' } : {}) })
  }

  async #failed(envelope: Envelope, error: unknown): Promise<void> {
    const { stanza, id, from, group } = envelope
    if (error instanceof Broken) {
      this.#ctx.violation(error.rule, `${error.message} (message ${id})`, from)
      await this.#inbox.refuse(stanza)
      return
    }
    if (!(error instanceof SignalError)) throw error
    if (error.code === 'duplicate_message' && !this.#isMissing(envelope)) {
      this.#inbox.countDuplicate(id, from)
      await this.#ctx.submit(this.#delivered(envelope))
      return
    }
    this.#ctx.note('phone.undecryptable', { id, from: deviceName(from), group, code: error.code })
    await this.#retries.ask(stanza, from, error.code)
  }

  /** Whether the part for all is older than the sender's key that is known here, and was never read: the message that brought the key got lost, and later
   *  ones brought a later key. */
  #isMissing({ stanza, id, group, from }: Envelope): boolean {
    const last = children(stanza, 'enc').at(-1)
    const known = this.#ctx.chats.has(group, from.account === this.#ctx.account, id)
    return textAttr(last, 'type') === 'skmsg' && !known
  }
}

/** It was read before, as far as anybody can tell. */
const againCodes: ReadonlySet<string> = new Set(['duplicate_message', 'key_given_up'])

/** Whether a message is more than a sender's key. */
function saysSomething(message: Message): boolean {
  return Object.keys(message).some(
    (field) => field !== 'senderKeyDistributionMessage' && field !== 'messageContextInfo',
  )
}
