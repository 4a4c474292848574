import { protocolTypes } from '../../content/protocol-types.ts'
import { sendPeerMessage } from '../../outbound/peer-message.ts'
import { newMessageId } from '../../shared/new-message-id.ts'
import { defineAbility } from '../define-ability.ts'

/** Seen in: whatsmeow waE2E `PeerDataOperationRequestType`. */
const historyOnDemand = 3

export const history = defineAbility('history', {
  // Seen in: whatsmeow send.go `BuildHistorySyncRequest`, which says that the time is in seconds whatever its name says; baileys messages-recv.js `fetchMessageHistory`.
  async requestOlder({ context }, chatJid, { id, fromMe, at }, count) {
    const historySyncOnDemandRequest = {
      ...{ chatJid, oldestMsgId: id, oldestMsgFromMe: fromMe, onDemandMsgCount: count },
      oldestMsgTimestampMs: Math.floor(at / 1000),
    }
    const request = { peerDataOperationRequestType: historyOnDemand, historySyncOnDemandRequest }
    const protocolMessage = {
      type: protocolTypes.peerDataOperationRequest,
      peerDataOperationRequestMessage: request,
    }
    await sendPeerMessage(newMessageId(), { protocolMessage }, context)
  },
})
