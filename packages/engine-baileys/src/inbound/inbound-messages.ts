import { bareJid, type InboundItem, isChannelJid, isGroupJid, type MessageView, parseJid } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { AppStateSync } from '../app-state/app-state-sync.ts'
import { postContent } from '../content/channel-post.ts'
import { describeContent, describeMessage } from '../content/describe.ts'
import type { Message } from '../generated/messages.ts'
import type { GroupDirectory } from '../outbound/group-directory.ts'
import { unwrapDeviceSent } from '../proto/device-sent.ts'
import type { SessionContext } from '../session/session-context.ts'
import { senderKeyName } from '../signal/device-ratchets.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import { childBytes, childOf } from '../wire/nodes.ts'
import { nack, sendAck, sendMessageReceipt } from './acknowledge.ts'
import { type Decrypted, decryptStanza } from './decrypt-stanza.ts'
import { sharedPastIn } from './group-history.ts'
import type { History } from './history.ts'
import { addressOf, addressPair, isOwn, type MessageEnvelope, ownAccount, readEnvelope } from './message-envelope.ts'
import { takeOwnProtocol } from './own-protocol.ts'
import { requestRetry } from './request-retry.ts'

const channelOf = (serverId: number, isStatus: boolean) =>
  serverId > 0 || isStatus ? { channel: { serverId, ...(isStatus && { isStatus }) } } : {}

/** Takes message stanzas: decrypt, hand over together with the ratchet in one durable step, only then acknowledge. */
export class InboundMessages {
  readonly #context: SessionContext
  readonly #history: History
  readonly #groups: GroupDirectory
  readonly #appState: AppStateSync

  constructor(context: SessionContext, history: History, groups: GroupDirectory, appState: AppStateSync) {
    this.#context = context
    this.#groups = groups
    this.#history = history
    this.#appState = appState
  }

  /** Resolves when the stanza is dealt with and answered. @throws NotStoredError when it was not taken */
  async handle(node: BinaryNode): Promise<void> {
    const envelope = readEnvelope(node, ownAccount(this.#context.creds.me))
    if (!envelope) return sendAck(node, this.#context, nack.unrecognized)
    if (childOf(node, 'unavailable')) return this.#takeUnavailable(node, envelope)
    if (childOf(node, 'enc')?.attrs['type'] === 'msmsg') return sendAck(node, this.#context, nack.missingSecret)
    if (childOf(node, 'plaintext')) return this.#takePost(node, envelope)
    // What the account voted in a channel on another device: the counts come with the post.
    if (childOf(node, 'votes')) return sendAck(node, this.#context)
    await this.#takeEncrypted(node, envelope)
  }

  /** A status of a channel, which everybody who follows it sees for a day. Seen in: whatsmeow message.go `handleUnencryptedMessage`.
   *  @throws NotStoredError when it was not taken */
  async handleStatus(node: BinaryNode): Promise<void> {
    const envelope = readEnvelope(node, ownAccount(this.#context.creds.me))
    if (!envelope) return sendAck(node, this.#context, nack.unrecognized)
    // What no channel sends has no form in the open.
    if (!isChannelJid(envelope.chat) || !childOf(node, 'plaintext')) return sendAck(node, this.#context)
    await this.#takePost(node, envelope, true)
  }

  async #takeEncrypted(node: BinaryNode, envelope: MessageEnvelope): Promise<void> {
    const { signal } = this.#context
    const learned = await this.#learnAddresses(envelope)
    const author = await signal.address(envelope.author)
    const group = envelope.isGroup ? envelope.chat : undefined
    const locks = group ? [author, senderKeyName(group, author)] : [author]
    const answer = await signal.locked(locks, async (steps) => {
      steps.add(...learned)
      const decrypted = await decryptStanza(node, { context: this.#context, steps, author, group })
      return this.#conclude(node, envelope, decrypted, steps)
    })
    await answer()
  }

  /** Makes the outcome durable and returns what to do once the locks are free. */
  async #conclude(
    node: BinaryNode,
    envelope: MessageEnvelope,
    decrypted: Decrypted,
    steps: RatchetSteps,
  ): Promise<() => Promise<void>> {
    const receipt = () => sendMessageReceipt(node, envelope, this.#context)
    if (decrypted.outcome === 'duplicate') return receipt
    if (decrypted.outcome === 'nothing') {
      await this.#save(steps)
      return receipt
    }
    if (decrypted.outcome === 'failed') {
      if (envelope.isPeer) await this.#save(steps)
      else await this.#handOver(await this.#undecryptable(envelope, decrypted.reason, undefined), steps)
      return () => requestRetry(node, envelope, decrypted.sessionLost, this.#context)
    }
    return this.#takeContent(envelope, decrypted, steps, receipt)
  }

  async #takeContent(
    envelope: MessageEnvelope,
    { bytes, message }: { bytes: Uint8Array; message: Message },
    steps: RatchetSteps,
    receipt: () => Promise<void>,
  ): Promise<() => Promise<void>> {
    const own = await takeOwnProtocol(message, envelope, steps, this.#context)
    if (!own) {
      const past = sharedPastIn(message, envelope, ownAccount(this.#context.creds.me))
      if (past) steps.add(this.#history.noteShared(past))
      await this.#handOver(await this.#messageItem(envelope, bytes, message), steps)
      if (!past) return receipt
      return async () => {
        await receipt()
        this.#history.takeShared(past)
      }
    }
    if (own.kind === 'history') steps.add(this.#history.note(envelope.id, own.notification))
    await this.#save(steps)
    return async () => {
      await receipt()
      if (own.kind === 'history') this.#history.take(envelope.id, own.notification)
      if (own.kind === 'app_state_keys') this.#appState.keysArrived(own.shared)
      if (own.kind === 'app_state_copy') this.#appState.recovered(own.snapshot, own.compressed)
    }
  }

  async #messageItem(envelope: MessageEnvelope, bytes: Uint8Array, message: Message): Promise<InboundItem> {
    const { book } = this.#context.signal
    const sent = message.deviceSentMessage && envelope.fromMe ? unwrapDeviceSent(bytes) : undefined
    // A stanza names the chat with both addresses; the wrapper is the fallback.
    const chat =
      sent?.chat && isOwn(parseJid(envelope.chat), ownAccount(this.#context.creds.me)) ? sent.chat : envelope.chat
    const content = sent?.message ?? bytes
    const view = sent ? describeMessage(content) : describeContent(message)
    const byAdmin = await this.#isByAdmin(envelope, view)
    return {
      kind: 'message',
      at: envelope.at,
      offline: envelope.offline,
      id: envelope.id,
      chat: await addressOf(chat, envelope.chatAlt, book),
      sender: await addressOf(envelope.author, envelope.authorAlt, book),
      fromMe: envelope.fromMe,
      ...(envelope.pushName ? { pushName: envelope.pushName } : {}),
      ...(envelope.username ? { username: envelope.username } : {}),
      ...(envelope.chatUsername ? { chatUsername: envelope.chatUsername } : {}),
      ...(envelope.businessName ? { businessName: envelope.businessName } : {}),
      ...(byAdmin === undefined ? {} : { byAdmin }),
      message: content,
      view,
    }
  }

  /** Whether an admin of the group takes back what somebody else wrote. The server cannot look into messages: it is for the reader to check. */
  async #isByAdmin({ chat, author, authorAlt }: MessageEnvelope, view: MessageView): Promise<boolean | undefined> {
    if (view.type !== 'revoke' || !isGroupJid(chat) || view.target?.fromMe) return undefined
    try {
      const { admins } = await this.#groups.find(chat)
      return [author, authorAlt ?? author].some((jid) => admins.has(bareJid(jid)))
    } catch (error) {
      this.#context.warn(error, 'nobody could tell whether an admin deleted a message')
      return undefined
    }
  }

  async #undecryptable(
    envelope: MessageEnvelope,
    reason: string,
    unavailable: BinaryNode | undefined,
  ): Promise<InboundItem> {
    const { book } = this.#context.signal
    const viewOnce = unavailable?.attrs['type']?.startsWith('view_once') ?? false
    return {
      kind: 'undecryptable',
      at: envelope.at,
      offline: envelope.offline,
      id: envelope.id,
      chat: await addressOf(envelope.chat, envelope.chatAlt, book),
      sender: await addressOf(envelope.author, envelope.authorAlt, book),
      fromMe: envelope.fromMe,
      unavailable: unavailable !== undefined,
      unavailableType: viewOnce ? 'view_once' : '',
      failMode: '',
      reason,
    }
  }

  async #takeUnavailable(node: BinaryNode, envelope: MessageEnvelope): Promise<void> {
    const item = await this.#undecryptable(envelope, 'unavailable', childOf(node, 'unavailable'))
    await this.#receive(item, [])
    await sendAck(node, this.#context)
  }

  /** Posts of channels are not encrypted. */
  async #takePost(node: BinaryNode, envelope: MessageEnvelope, isStatus = false): Promise<void> {
    const channel = await addressOf(envelope.chat, undefined, this.#context.signal.book)
    const { id, chat, at, offline } = envelope
    const { edit, t = '' } = node.attrs
    const message = Uint8Array.from(childBytes(node, 'plaintext') ?? [])
    const version = childOf(node, 'meta')?.attrs['msg_edit_t'] ?? t
    const content = postContent(message, { id, chat, edit, version })
    const serverId = Number(node.attrs['server_id']) || 0
    const fromMe = node.attrs['is_sender'] === 'true'
    const base = { kind: 'message', at, offline, chat: channel, sender: channel, fromMe } as const
    await this.#receive({ ...base, ...content, ...channelOf(serverId, isStatus) }, [])
    await sendAck(node, this.#context)
  }

  async #learnAddresses({ author, authorAlt, chat, chatAlt }: MessageEnvelope) {
    const pairs = [addressPair(author, authorAlt), addressPair(chat, chatAlt)].filter((pair) => pair !== undefined)
    return (await Promise.all(pairs.map(({ phone, lid }) => this.#context.signal.book.learn(phone, lid)))).flat()
  }

  #handOver(item: InboundItem, steps: RatchetSteps): Promise<void> {
    return steps.commit((writes) => this.#receive(item, writes))
  }

  #save(steps: RatchetSteps): Promise<void> {
    return steps.commit((writes) => this.#context.store.save(writes))
  }

  #receive(...args: Parameters<SessionContext['host']['receive']>): Promise<void> {
    return this.#context.store.guard(this.#context.host.receive(...args))
  }
}
