import { messageCodec } from './message-codec.ts'

export interface MessageKey {
  remoteJid?: string
  fromMe?: boolean
  id?: string
  participant?: string
}
export interface ContextInfo {
  stanzaId?: string
  participant?: string
  quotedMessage?: Message
  remoteJid?: string
  mentionedJid?: string[]
  forwardingScore?: number
  isForwarded?: boolean
  expiration?: number
}
export interface MediaFields {
  url?: string
  mimetype?: string
  caption?: string
  fileSha256?: Uint8Array
  fileLength?: number
  mediaKey?: Uint8Array
  fileEncSha256?: Uint8Array
  directPath?: string
  contextInfo?: ContextInfo
}
export interface AppStateSyncKey {
  keyId?: { keyId?: Uint8Array }
  keyData?: {
    keyData?: Uint8Array
    fingerprint?: { rawId?: number; currentIndex?: number; deviceIndexes?: number[] }
    timestamp?: number
  }
}
export interface HistorySyncNotification {
  fileSha256?: Uint8Array
  fileLength?: number
  mediaKey?: Uint8Array
  fileEncSha256?: Uint8Array
  directPath?: string
  syncType?: number
  chunkOrder?: number
  progress?: number
  initialHistBootstrapInlinePayload?: Uint8Array
  peerDataRequestSessionId?: string
}
export interface PeerDataOperationRequest {
  peerDataOperationRequestType?: number
  historySyncOnDemandRequest?: {
    chatJid?: string
    oldestMsgId?: string
    oldestMsgFromMe?: boolean
    onDemandMsgCount?: number
    oldestMsgTimestampMs?: number
  }
  placeholderMessageResendRequest?: { messageKey?: MessageKey }[]
}
export interface PeerDataOperationResponse {
  peerDataOperationRequestType?: number
  stanzaId?: string
  peerDataOperationResult?: { placeholderMessageResendResponse?: { webMessageInfoBytes?: Uint8Array } }[]
}
export interface ProtocolMessage {
  key?: MessageKey
  type?: number
  ephemeralExpiration?: number
  historySyncNotification?: HistorySyncNotification
  appStateSyncKeyShare?: { keys?: AppStateSyncKey[] }
  appStateSyncKeyRequest?: { keyIds?: { keyId?: Uint8Array }[] }
  editedMessage?: Message
  timestampMs?: number
  peerDataOperationRequestMessage?: PeerDataOperationRequest
  peerDataOperationRequestResponseMessage?: PeerDataOperationResponse
}
export interface Message {
  conversation?: string
  senderKeyDistributionMessage?: { groupId?: string; axolotlSenderKeyDistributionMessage?: Uint8Array }
  imageMessage?: MediaFields & { height?: number; width?: number }
  contactMessage?: { displayName?: string; vcard?: string; contextInfo?: ContextInfo }
  locationMessage?: { degreesLatitude?: number; degreesLongitude?: number; name?: string; address?: string }
  extendedTextMessage?: {
    text?: string
    matchedText?: string
    description?: string
    title?: string
    contextInfo?: ContextInfo
  }
  documentMessage?: MediaFields & { title?: string; fileName?: string }
  audioMessage?: MediaFields & { seconds?: number; ptt?: boolean }
  videoMessage?: MediaFields & { seconds?: number }
  protocolMessage?: ProtocolMessage
  groupInviteMessage?: {
    groupJid?: string
    inviteCode?: string
    /** Seconds since the epoch. */
    inviteExpiration?: number
    groupName?: string
    caption?: string
    contextInfo?: ContextInfo
  }
  deviceSentMessage?: { destinationJid?: string; message?: Message; phash?: string }
  messageContextInfo?: {
    deviceListMetadata?: {
      senderKeyHash?: Uint8Array
      senderTimestamp?: number
      recipientKeyHash?: Uint8Array
      recipientTimestamp?: number
    }
    deviceListMetadataVersion?: number
    messageSecret?: Uint8Array
  }
  viewOnceMessage?: { message?: Message }
  ephemeralMessage?: { message?: Message }
  reactionMessage?: { key?: MessageKey; text?: string; groupingKey?: string; senderTimestampMs?: number }
  documentWithCaptionMessage?: { message?: Message }
  viewOnceMessageV2?: { message?: Message }
  editedMessage?: { message?: Message }
}

/** Values of `ProtocolMessage.type`. Seen in: baileys WAProto, whatsmeow waE2E. */
export const ProtocolMessageType = {
  revoke: 0,
  historySyncNotification: 5,
  appStateSyncKeyShare: 6,
  appStateSyncKeyRequest: 7,
  messageEdit: 14,
  peerDataOperationRequest: 16,
  peerDataOperationResponse: 17,
} as const

/** Values of `peerDataOperationRequestType`. */
export const PeerDataOperationType = { historySyncOnDemand: 3, placeholderMessageResend: 4 } as const

export const Message = messageCodec<Message>('Message')
