/** Values of `ProtocolMessage.type` (seen in: whatsmeow WAWebProtobufsE2E.proto, zapo WAProto.proto). */
export const protocolTypes = {
  revoke: 0,
  ephemeralSetting: 3,
  ephemeralSyncResponse: 4,
  historySyncNotification: 5,
  appStateSyncKeyShare: 6,
  appStateSyncKeyRequest: 7,
  msgFanoutBackfillRequest: 8,
  initialSecurityNotificationSettingSync: 9,
  appStateFatalExceptionNotification: 10,
  sharePhoneNumber: 11,
  messageEdit: 14,
  peerDataOperationRequest: 16,
  peerDataOperationResponse: 17,
  requestWelcomeMessage: 18,
  botFeedback: 19,
  mediaNotify: 20,
  cloudApiThreadControl: 21,
  lidMigrationMappingSync: 22,
  reminder: 23,
  botMemuOnboarding: 24,
  statusMention: 25,
  stopGeneration: 26,
  limitSharing: 27,
  aiPsiMetadata: 28,
  aiQueryFanout: 29,
  groupMemberLabelChange: 30,
  aiMediaCollection: 31,
  messageUnschedule: 32,
  chatThemeSetting: 34,
  aiMetadataOperation: 35,
  markAsVerified: 36,
  coexStateSync: 37,
} as const

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const names = new Map<number, string>(Object.entries(protocolTypes).map(([name, value]) => [value, snakeCase(name)]))

/** What a view calls that type: `limit_sharing`; `protocol_99` for one that nobody knows yet. */
export const noticeOf = (type: number): string => names.get(type) ?? `protocol_${type}`
