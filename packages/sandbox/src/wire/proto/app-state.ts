import { messageCodec } from './message-codec.ts'
import type { MessageKey } from './protocol-message.ts'

export interface SyncdRecord {
  index?: { blob?: Uint8Array }
  value?: { blob?: Uint8Array }
  keyId?: { id?: Uint8Array }
}
export interface SyncdMutation {
  /** 0 set, 1 remove. */
  operation?: number
  record?: SyncdRecord
}
export interface ExternalBlobReference {
  mediaKey?: Uint8Array
  directPath?: string
  handle?: string
  fileSizeBytes?: number
  fileSha256?: Uint8Array
  fileEncSha256?: Uint8Array
}
export interface SyncdPatch {
  version?: { version?: number }
  mutations?: SyncdMutation[]
  externalMutations?: ExternalBlobReference
  snapshotMac?: Uint8Array
  patchMac?: Uint8Array
  keyId?: { id?: Uint8Array }
  deviceIndex?: number
}
export interface SyncdSnapshot {
  version?: { version?: number }
  records?: SyncdRecord[]
  mac?: Uint8Array
  keyId?: { id?: Uint8Array }
}
/** Up to which message of a chat an action holds. */
export interface SyncActionMessageRange {
  /** Seconds. */
  lastMessageTimestamp?: number
  lastSystemMessageTimestamp?: number
  messages?: { key?: MessageKey; timestamp?: number }[]
}
/** What an app-state record says; one field, and the time. */
export interface SyncActionValue {
  /** World time, ms. */
  timestamp?: number
  starAction?: { starred?: boolean }
  contactAction?: {
    fullName?: string
    firstName?: string
    lidJid?: string
    saveOnPrimaryAddressbook?: boolean
    pnJid?: string
    username?: string
  }
  /** The end is in ms; -1 is never. */
  muteAction?: { muted?: boolean; muteEndTimestamp?: number; autoMuted?: boolean }
  pinAction?: { pinned?: boolean }
  pushNameSetting?: { name?: string }
  quickReplyAction?: { shortcut?: string; message?: string; keywords?: string[]; count?: number; deleted?: boolean }
  labelEditAction?: { name?: string; color?: number; predefinedId?: number; deleted?: boolean; orderIndex?: number }
  labelAssociationAction?: { labeled?: boolean }
  localeSetting?: { locale?: string }
  archiveChatAction?: { archived?: boolean; messageRange?: SyncActionMessageRange }
  deleteMessageForMeAction?: { deleteMedia?: boolean; messageTimestamp?: number }
  markChatAsReadAction?: { read?: boolean; messageRange?: SyncActionMessageRange }
  clearChatAction?: { messageRange?: SyncActionMessageRange }
  deleteChatAction?: { messageRange?: SyncActionMessageRange }
  unarchiveChatsSetting?: { unarchiveChats?: boolean }
  userStatusMuteAction?: { muted?: boolean }
  timeFormatAction?: { isTwentyFourHourFormatEnabled?: boolean }
  pnForLidChatAction?: { pnJid?: string }
  privacySettingRelayAllCalls?: { isEnabled?: boolean }
  /** Modes: 0 only these, 1 all but these, 2 all contacts. */
  statusPrivacy?: { mode?: number; userJid?: string[] }
  lockChatAction?: { locked?: boolean }
  privacySettingDisableLinkPreviewsAction?: { isPreviewsDisabled?: boolean }
  favoritesAction?: { favorites?: { id?: string }[] }
  nctSaltSyncAction?: { salt?: Uint8Array }
  lidContactAction?: { fullName?: string; firstName?: string; username?: string }
}
export interface SyncActionData {
  index?: Uint8Array
  value?: SyncActionValue
  padding?: Uint8Array
  version?: number
}

/** A collection in the open. */
export interface SyncdSnapshotRecovery {
  version?: { version?: number }
  collectionName?: string
  mutationRecords?: { value?: SyncActionData; keyID?: Uint8Array; mac?: Uint8Array }[]
  collectionLthash?: Uint8Array
}

export const SyncdSnapshotRecovery = messageCodec<SyncdSnapshotRecovery>('SyncdSnapshotRecovery')
export const SyncdPatch = messageCodec<SyncdPatch>('SyncdPatch')
export const ExternalBlobReference = messageCodec<ExternalBlobReference>('ExternalBlobReference')
export const SyncdSnapshot = messageCodec<SyncdSnapshot>('SyncdSnapshot')
export const SyncActionData = messageCodec<SyncActionData>('SyncActionData')
