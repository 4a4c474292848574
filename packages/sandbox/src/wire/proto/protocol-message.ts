// What a ProtocolMessage holds; the message itself is in message.ts, since messages and protocol messages hold each other.

export interface MessageKey {
  remoteJid?: string
  fromMe?: boolean
  id?: string
  participant?: string
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
  encHandle?: string
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
  syncdCollectionFatalRecoveryRequest?: { collectionName?: string; timestamp?: number }
}
export interface PeerDataOperationResponse {
  peerDataOperationRequestType?: number
  stanzaId?: string
  peerDataOperationResult?: {
    placeholderMessageResendResponse?: { webMessageInfoBytes?: Uint8Array }
    syncdSnapshotFatalRecoveryResponse?: { collectionSnapshot?: Uint8Array; isCompressed?: boolean }
  }[]
}

/** Values of `ProtocolMessage.type`. Seen in: baileys WAProto, whatsmeow waE2E. */
export const ProtocolMessageType = {
  revoke: 0,
  ephemeralSetting: 3,
  historySyncNotification: 5,
  appStateSyncKeyShare: 6,
  appStateSyncKeyRequest: 7,
  messageEdit: 14,
  peerDataOperationRequest: 16,
  peerDataOperationResponse: 17,
  lidMigrationMappingSync: 22,
  groupMemberLabelChange: 30,
} as const

/** Values of `peerDataOperationRequestType`. */
export const PeerDataOperationType = {
  historySyncOnDemand: 3,
  placeholderMessageResend: 4,
  syncdSnapshotRecovery: 8,
} as const
