import { protocolTypes } from '../content/protocol-types.ts'
import type { Message } from '../generated/messages.ts'
import { sendPeerMessage } from '../outbound/peer-message.ts'
import type { SessionContext } from '../session/session-context.ts'
import { newMessageId } from '../shared/new-message-id.ts'

/** Value of `PeerDataOperationRequestType` (seen in: zapo WAProto.proto, whatsmeow appstate recovery). */
const snapshotRecovery = 8

/** What a session asks its phone for when the account's state cannot be read, each once in a connection. */
export class PhoneRequests {
  readonly #context: SessionContext
  readonly #asked = new Set<string>()

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** Asks for a key. */
  async askForKey(keyId: string): Promise<void> {
    if (this.#asked.has(keyId)) return
    this.#asked.add(keyId)
    const keyIds = [{ keyId: Buffer.from(keyId, 'base64') }]
    await this.#ask({ type: protocolTypes.appStateSyncKeyRequest, appStateSyncKeyRequest: { keyIds } })
  }

  /** Asks for the phone's own copy of a collection. */
  async askForCopy(collectionName: string): Promise<void> {
    if (this.#asked.has(collectionName)) return
    this.#asked.add(collectionName)
    await this.#ask({
      type: protocolTypes.peerDataOperationRequest,
      peerDataOperationRequestMessage: {
        peerDataOperationRequestType: snapshotRecovery,
        syncdCollectionFatalRecoveryRequest: {
          collectionName,
          timestamp: Math.floor(this.#context.clock.now() / 1000),
        },
      },
    })
  }

  async #ask(protocolMessage: NonNullable<Message['protocolMessage']>): Promise<void> {
    const id = newMessageId()
    await sendPeerMessage(id, { protocolMessage }, this.#context)
  }
}
