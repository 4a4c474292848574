import { formatJid } from '../wire/jid.ts'
import {
  type Message,
  type PeerDataOperationRequest,
  PeerDataOperationType,
  ProtocolMessageType,
  WebMessageInfo,
} from '../wire/proto/index.ts'
import type { Device } from '../world/account.ts'
import { accountJid } from '../world/address.ts'
import { historyHandle } from '../world/media/history-handle.ts'
import type { DirectOutbox } from './direct-outbox.ts'
import { lidMappings } from './history/lid-mappings.ts'
import { PhoneHistory } from './history/phone-history.ts'
import { type HistoryChunk, webMessage } from './history-payload.ts'
import type { PeerMessages } from './inbox.ts'
import { putMedia } from './media/put-media.ts'
import type { PhoneContext } from './phone-context.ts'

/** Parts of the history above this size go over the media host. */
const maxInlineBytes = 64 * 1024

/** What a phone does for its companions: hands them keys and history when they first come, and what they ask for later. */
export class CompanionCare implements PeerMessages {
  readonly #ctx: PhoneContext
  readonly #outbox: DirectOutbox
  readonly history: PhoneHistory
  /** A collection of the app state in the open, for a companion that lost track. */
  recover: (collection: string) => Promise<Uint8Array> = () => Promise.reject(new Error('no app state'))
  readonly #settled = new Set<number>()

  constructor(ctx: PhoneContext, outbox: DirectOutbox) {
    this.#ctx = ctx
    this.#outbox = outbox
    this.history = new PhoneHistory(ctx)
    for (const [id] of ctx.storage.entries('settled/')) this.#settled.add(Number(id))
  }

  /** A companion is connected. The first time, it is given the app-state key, and then the history that needs none of it. */
  async welcome(companion: Device): Promise<void> {
    if (this.#settled.has(companion.id)) return
    this.#settled.add(companion.id)
    await this.#shareKeys(companion)
    for (const chunk of this.history.parts(companion)) await this.#sendHistory(companion, chunk)
    // Last: a phone that dies halfway hands everything over again rather than never.
    this.#ctx.storage.write(`settled/${companion.id}`, '1')
    this.#ctx.note('phone.companion_ready', { id: companion.id })
  }

  assumeSettled(companion: Device): void {
    this.#settled.add(companion.id)
    this.#ctx.storage.write(`settled/${companion.id}`, '1')
  }

  async handle(from: Device, message: Message, id: string): Promise<void> {
    const protocol = message.protocolMessage
    if (protocol?.type === ProtocolMessageType.appStateSyncKeyRequest) {
      await this.#answerKeyRequest(from, protocol.appStateSyncKeyRequest?.keyIds ?? [])
    } else if (protocol?.type === ProtocolMessageType.peerDataOperationRequest) {
      await this.#answerRequest(from, id, protocol.peerDataOperationRequestMessage ?? {})
    } else {
      this.#ctx.note('phone.peer_message', { type: protocol?.type, from: from.id })
    }
  }

  async #shareKeys(companion: Device): Promise<void> {
    const { account, keys, world } = this.#ctx
    const deviceIndexes = [...account.devices.keys()]
    const fingerprint = { rawId: keys.advRawId, currentIndex: Math.max(...deviceIndexes), deviceIndexes }
    await this.#outbox.sendPeer(companion, {
      type: ProtocolMessageType.appStateSyncKeyShare,
      appStateSyncKeyShare: {
        keys: [
          {
            keyId: { keyId: keys.appStateKey.id },
            keyData: { keyData: keys.appStateKey.data, fingerprint, timestamp: world.clock.now() },
          },
        ],
      },
    })
  }

  /** Keys that this phone never made are answered with an id without data: seen in whatsmeow, which stops asking then. */
  async #answerKeyRequest(from: Device, ids: readonly { keyId?: Uint8Array }[]): Promise<void> {
    const own = this.#ctx.keys.appStateKey.id
    const unknown = ids.filter(({ keyId }) => !keyId || Buffer.compare(keyId, own) !== 0)
    if (unknown.length < ids.length) await this.#shareKeys(from)
    if (unknown.length === 0) return
    await this.#outbox.sendPeer(from, {
      type: ProtocolMessageType.appStateSyncKeyShare,
      appStateSyncKeyShare: { keys: unknown.map((keyId) => ({ keyId })) },
    })
  }

  async #answerRequest(from: Device, requestId: string, request: PeerDataOperationRequest): Promise<void> {
    if (request.peerDataOperationRequestType === PeerDataOperationType.historySyncOnDemand) {
      const wanted = request.historySyncOnDemandRequest
      const older = this.history.before(wanted?.chatJid ?? '', wanted?.oldestMsgId, wanted?.onDemandMsgCount ?? 50)
      await this.#sendHistory(from, older, requestId)
      return
    }
    if (request.peerDataOperationRequestType === PeerDataOperationType.placeholderMessageResend) {
      for (const { messageKey } of request.placeholderMessageResendRequest ?? [])
        await this.#resendPlaceholder(from, requestId, messageKey)
      return
    }
    if (request.peerDataOperationRequestType === PeerDataOperationType.syncdSnapshotRecovery) {
      await this.#sendRecovery(from, requestId, request.syncdCollectionFatalRecoveryRequest?.collectionName ?? '')
      return
    }
    this.#ctx.note('phone.request_unanswered', { type: request.peerDataOperationRequestType, from: from.id })
  }

  /** A message that this companion got only a placeholder of, or could not read. Nothing is answered for what this phone does not have. */
  async #sendRecovery(from: Device, requestId: string, collection: string): Promise<void> {
    const collectionSnapshot = await this.recover(collection)
    await this.#outbox.sendPeer(from, {
      type: ProtocolMessageType.peerDataOperationResponse,
      peerDataOperationRequestResponseMessage: {
        peerDataOperationRequestType: PeerDataOperationType.syncdSnapshotRecovery,
        stanzaId: requestId,
        peerDataOperationResult: [{ syncdSnapshotFatalRecoveryResponse: { collectionSnapshot, isCompressed: true } }],
      },
    })
  }

  async #resendPlaceholder(
    from: Device,
    requestId: string,
    key: { remoteJid?: string; id?: string; fromMe?: boolean } | undefined,
  ): Promise<void> {
    const chat = this.#ctx.world.account(key?.remoteJid ?? '')
    const chatLid = chat ? formatJid(accountJid(chat, 'lid')) : (key?.remoteJid ?? '')
    const entry = key?.id ? this.#ctx.chats.find(chatLid, key.fromMe ?? false, key.id) : undefined
    if (!key || !entry) return
    const webMessageInfoBytes = WebMessageInfo.encode(webMessage(entry, key.remoteJid ?? entry.chatLid))
    await this.#outbox.sendPeer(from, {
      type: ProtocolMessageType.peerDataOperationResponse,
      peerDataOperationRequestResponseMessage: {
        peerDataOperationRequestType: PeerDataOperationType.placeholderMessageResend,
        stanzaId: requestId,
        peerDataOperationResult: [{ placeholderMessageResendResponse: { webMessageInfoBytes } }],
      },
    })
  }

  /** Small parts ride inside the message, large ones go over the media host. */
  async #sendHistory(companion: Device, chunk: HistoryChunk, requestId?: string): Promise<void> {
    const { syncType, chunkOrder, progress, payload } = chunk
    const content =
      payload.length <= maxInlineBytes ? { initialHistBootstrapInlinePayload: payload } : this.#putHistory(payload)
    await this.#outbox.sendPeer(companion, {
      type: ProtocolMessageType.historySyncNotification,
      historySyncNotification: {
        ...{ syncType, chunkOrder, progress },
        ...content,
        ...(requestId === undefined ? {} : { peerDataRequestSessionId: requestId }),
      },
    })
  }

  #putHistory(payload: Uint8Array) {
    const { world, account } = this.#ctx
    const put = putMedia(world, account.lid, 'md-msg-hist', payload)
    return { ...put, encHandle: historyHandle(account, Buffer.from(put.fileEncSha256).toString('base64url')) }
  }

  /** Tells every companion which hidden ids are behind the numbers that this person knows. */
  async shareLidMappings(): Promise<void> {
    for (const device of this.#ctx.account.devices.values()) {
      if (device.id !== 0) await this.#outbox.sendPeer(device, lidMappings(this.#ctx))
    }
  }
}
