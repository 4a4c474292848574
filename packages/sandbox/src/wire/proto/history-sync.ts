import type { Message } from './message.ts'
import { messageCodec } from './message-codec.ts'
import type { MessageKey } from './protocol-message.ts'

export interface WebMessageInfo {
  key?: MessageKey
  message?: Message
  /** Seconds. */
  messageTimestamp?: number
  status?: number
  participant?: string
  pushName?: string
}
export interface Conversation {
  id?: string
  messages?: { message?: WebMessageInfo; msgOrderId?: number }[]
  lastMsgTimestamp?: number
  unreadCount?: number
  endOfHistoryTransfer?: boolean
  endOfHistoryTransferType?: number
  /** Seconds after which messages disappear, and when that was set. */
  ephemeralExpiration?: number
  ephemeralSettingTimestamp?: number
  conversationTimestamp?: number
  name?: string
  displayName?: string
  pnJid?: string
  lidJid?: string
  username?: string
  /** The token that the person gave, and when it was given and ours went there: Unix seconds. */
  tcToken?: Uint8Array
  tcTokenTimestamp?: number
  tcTokenSenderTimestamp?: number
  /** Of a group. */
  participant?: { userJid?: string; rank?: number }[]
}
export interface HistorySync {
  syncType?: number
  conversations?: Conversation[]
  statusV3Messages?: WebMessageInfo[]
  chunkOrder?: number
  progress?: number
  pastParticipants?: { groupJid?: string }[]
  pushnames?: { id?: string; pushname?: string }[]
  phoneNumberToLidMappings?: { pnJid?: string; lidJid?: string }[]
  /** With which companions remove files of history. */
  companionMetaNonce?: string
  nctSalt?: Uint8Array
}

/** What a member of a group shares with one who came later. */
export interface GroupHistory {
  messages?: WebMessageInfo[]
}

/** Values of `syncType`. Seen in: baileys WAProto HistorySync.HistorySyncType. */
export const HistorySyncType = {
  initialBootstrap: 0,
  initialStatusV3: 1,
  full: 2,
  recent: 3,
  pushName: 4,
  nonBlockingData: 5,
  onDemand: 6,
} as const

export const HistorySync = messageCodec<HistorySync>('HistorySync')
export const GroupHistory = messageCodec<GroupHistory>('GroupHistory')
export const WebMessageInfo = messageCodec<WebMessageInfo>('WebMessageInfo')
