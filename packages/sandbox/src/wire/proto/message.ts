import { messageCodec } from './message-codec.ts'
import type {
  AppStateSyncKey,
  HistorySyncNotification,
  MessageKey,
  PeerDataOperationRequest,
  PeerDataOperationResponse,
} from './protocol-message.ts'
import type { Kept } from './unknown-fields.ts'

export interface ContextInfo {
  stanzaId?: string
  participant?: string
  quotedMessage?: Message
  remoteJid?: string
  mentionedJid?: string[]
  forwardingScore?: number
  isForwarded?: boolean
  /** Seconds after which the message disappears. */
  expiration?: number
  ephemeralSettingTimestamp?: number
  /** 1 mentions everybody. */
  nonJidMentions?: number
  isGroupStatus?: boolean
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
  mediaKeyTimestamp?: number
  jpegThumbnail?: Uint8Array
  viewOnce?: boolean
  /** Of what can be played. */
  streamingSidecar?: Uint8Array
  /** Of a sticker that moves. */
  firstFrameLength?: number
  firstFrameSidecar?: Uint8Array
  contextInfo?: ContextInfo
}
export interface LocationMessage {
  degreesLatitude?: number
  degreesLongitude?: number
  name?: string
  address?: string
  url?: string
  isLive?: boolean
  accuracyInMeters?: number
  comment?: string
  jpegThumbnail?: Uint8Array
  contextInfo?: ContextInfo
}
export interface ContactMessage {
  displayName?: string
  vcard?: string
  contextInfo?: ContextInfo
}
export interface PollCreationMessage {
  encKey?: Uint8Array
  name?: string
  options?: { optionName?: string }[]
  selectableOptionsCount?: number
  contextInfo?: ContextInfo
  /** 1 is a quiz. */
  pollType?: number
  correctAnswer?: { optionName?: string }
  /** Unix ms. */
  endTime?: number
  hideParticipantName?: boolean
}
/** Something sealed with the secret of the message that it is about. */
export interface EncSecretMessage {
  targetMessageKey?: MessageKey
  encPayload?: Uint8Array
  encIv?: Uint8Array
}
export interface RichResponsePart {
  messageType?: number
  messageText?: string
  codeMetadata?: { codeLanguage?: string; codeBlocks?: { highlightType?: number; codeContent?: string }[] }
  tableMetadata?: { rows?: { items?: string[]; isHeading?: boolean }[]; title?: string }
}
/** Whom a part of a group's past is for. */
export interface MessageHistoryMetadata {
  historyReceivers?: string[]
  nonHistoryReceivers?: string[]
  messageCount?: number
  /** Seconds. */
  oldestMessageTimestampInWindow?: number
  oldestMessageTimestampInBundle?: number
}
export interface VideoMessage extends MediaFields {
  seconds?: number
  gifPlayback?: boolean
  height?: number
  width?: number
  gifAttribution?: number
}
export interface ProtocolMessage {
  key?: MessageKey
  type?: number
  ephemeralExpiration?: number
  ephemeralSettingTimestamp?: number
  historySyncNotification?: HistorySyncNotification
  appStateSyncKeyShare?: { keys?: AppStateSyncKey[] }
  appStateSyncKeyRequest?: { keyIds?: { keyId?: Uint8Array }[] }
  editedMessage?: Message
  timestampMs?: number
  peerDataOperationRequestMessage?: PeerDataOperationRequest
  peerDataOperationRequestResponseMessage?: PeerDataOperationResponse
  /** Encoded LidMigrationPayload. */
  lidMigrationMappingSyncMessage?: { encodedMappingPayload?: Uint8Array }
  memberLabel?: { label?: string; labelTimestamp?: number }
}
export interface Message extends Kept {
  conversation?: string
  senderKeyDistributionMessage?: { groupId?: string; axolotlSenderKeyDistributionMessage?: Uint8Array }
  imageMessage?: MediaFields & { height?: number; width?: number }
  contactMessage?: ContactMessage
  locationMessage?: LocationMessage
  extendedTextMessage?: Kept & {
    text?: string
    matchedText?: string
    description?: string
    title?: string
    /** Of a status, ARGB. */
    textArgb?: number
    backgroundArgb?: number
    font?: number
    previewType?: number
    jpegThumbnail?: Uint8Array
    contextInfo?: ContextInfo
    thumbnailDirectPath?: string
    thumbnailSha256?: Uint8Array
    thumbnailEncSha256?: Uint8Array
    mediaKey?: Uint8Array
    mediaKeyTimestamp?: number
    thumbnailHeight?: number
    thumbnailWidth?: number
  }
  documentMessage?: MediaFields & { title?: string; fileName?: string; pageCount?: number }
  audioMessage?: MediaFields & { seconds?: number; ptt?: boolean; waveform?: Uint8Array }
  videoMessage?: VideoMessage
  /** What an offer carries for each device, instead of being a message. */
  call?: { callKey?: Uint8Array }
  protocolMessage?: ProtocolMessage
  contactsArrayMessage?: { displayName?: string; contacts?: ContactMessage[]; contextInfo?: ContextInfo }
  liveLocationMessage?: {
    degreesLatitude?: number
    degreesLongitude?: number
    accuracyInMeters?: number
    speedInMps?: number
    degreesClockwiseFromMagneticNorth?: number
    caption?: string
    sequenceNumber?: number
    timeOffset?: number
    jpegThumbnail?: Uint8Array
    contextInfo?: ContextInfo
  }
  stickerMessage?: MediaFields & {
    height?: number
    width?: number
    isAnimated?: boolean
    isAvatar?: boolean
    isLottie?: boolean
    stickerSentTs?: number
    pngThumbnail?: Uint8Array
  }
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
    messageAddOnDurationInSecs?: number
    messageAssociation?: { associationType?: number; parentMessageKey?: MessageKey; messageIndex?: number }
  }
  viewOnceMessage?: { message?: Message }
  ephemeralMessage?: { message?: Message }
  reactionMessage?: { key?: MessageKey; text?: string; groupingKey?: string; senderTimestampMs?: number }
  documentWithCaptionMessage?: { message?: Message }
  viewOnceMessageV2?: { message?: Message }
  editedMessage?: { message?: Message }
  pollCreationMessage?: PollCreationMessage
  pollCreationMessageV2?: PollCreationMessage
  pollCreationMessageV3?: PollCreationMessage
  pollCreationMessageV5?: PollCreationMessage
  pollCreationMessageV6?: PollCreationMessage
  pollUpdateMessage?: {
    pollCreationMessageKey?: MessageKey
    vote?: { encPayload?: Uint8Array; encIv?: Uint8Array }
    senderTimestampMs?: number
  }
  keepInChatMessage?: { key?: MessageKey; keepType?: number; timestampMs?: number }
  pinInChatMessage?: { key?: MessageKey; type?: number; senderTimestampMs?: number }
  encReactionMessage?: EncSecretMessage
  encCommentMessage?: EncSecretMessage
  encEventResponseMessage?: EncSecretMessage
  /** Messages of a group's past, for members who came later. */
  messageHistoryBundle?: Omit<MediaFields, 'contextInfo'> & { messageHistoryMetadata?: MessageHistoryMetadata }
  messageHistoryNotice?: { messageHistoryMetadata?: MessageHistoryMetadata }
  newsletterAdminInviteMessage?: {
    newsletterJid?: string
    newsletterName?: string
    caption?: string
    /** Seconds. */
    inviteExpiration?: number
    contextInfo?: ContextInfo
  }
  commentMessage?: { message?: Message; targetMessageKey?: MessageKey }
  viewOnceMessageV2Extension?: { message?: Message }
  groupMentionedMessage?: { message?: Message }
  lottieStickerMessage?: { message?: Message }
  associatedChildMessage?: { message?: Message }
  botForwardedMessage?: { message?: Message }
  groupStatusMessage?: { message?: Message }
  groupStatusMessageV2?: { message?: Message }
  ptvMessage?: VideoMessage
  eventMessage?: {
    contextInfo?: ContextInfo
    isCanceled?: boolean
    name?: string
    description?: string
    location?: LocationMessage
    joinLink?: string
    startTime?: number
    endTime?: number
    extraGuestsAllowed?: boolean
    isScheduleCall?: boolean
    hasReminder?: boolean
    reminderOffsetSec?: number
  }
  eventInviteMessage?: {
    contextInfo?: ContextInfo
    eventId?: string
    eventTitle?: string
    jpegThumbnail?: Uint8Array
    /** Seconds since the epoch. */
    startTime?: number
    caption?: string
    isCanceled?: boolean
    endTime?: number
    callLink?: string
  }
  albumMessage?: { expectedImageCount?: number; expectedVideoCount?: number; contextInfo?: ContextInfo }
  // Kinds that nobody here looks into, encoded.
  highlyStructuredMessage?: Uint8Array
  sendPaymentMessage?: Uint8Array
  requestPaymentMessage?: Uint8Array
  declinePaymentRequestMessage?: Uint8Array
  cancelPaymentRequestMessage?: Uint8Array
  templateMessage?: Uint8Array
  templateButtonReplyMessage?: Uint8Array
  productMessage?: Uint8Array
  listMessage?: Uint8Array
  orderMessage?: Uint8Array
  listResponseMessage?: Uint8Array
  invoiceMessage?: Uint8Array
  buttonsMessage?: Uint8Array
  buttonsResponseMessage?: Uint8Array
  paymentInviteMessage?: Uint8Array
  interactiveMessage?: Uint8Array
  interactiveResponseMessage?: Uint8Array
  requestPhoneNumberMessage?: Uint8Array
  scheduledCallCreationMessage?: Uint8Array
  secretEncryptedMessage?: Uint8Array
  stickerPackMessage?: MediaFields & {
    stickerPackId?: string
    name?: string
    publisher?: string
    trayIconFileName?: string
    packDescription?: string
    stickers?: { fileName?: string; isAnimated?: boolean; emojis?: string[]; accessibilityLabel?: string }[]
    thumbnailDirectPath?: string
    thumbnailSha256?: Uint8Array
    thumbnailEncSha256?: Uint8Array
  }
  pollResultSnapshotMessage?: Uint8Array
  richResponseMessage?: { messageType?: number; submessages?: RichResponsePart[]; contextInfo?: ContextInfo }
}

export const Message = messageCodec<Message>('Message')

/** The poll of a message, in whichever field its version has. */
export const pollOf = (message: Message): PollCreationMessage | undefined =>
  message.pollCreationMessage ??
  message.pollCreationMessageV2 ??
  message.pollCreationMessageV3 ??
  message.pollCreationMessageV5 ??
  message.pollCreationMessageV6

/** The options that a vote chose, as SHA-256 of their names. */
export const PollVoteMessage = messageCodec<{ selectedOptions?: Uint8Array[] }>('Message.PollVoteMessage')

/** An answer to an event, as it is sealed. 1 is going, 2 not, 3 maybe. */
export const EventResponseMessage = messageCodec<{
  response?: number
  timestampMs?: number
  extraGuestCount?: number
}>('Message.EventResponseMessage')

export const ServerErrorReceipt = messageCodec<{ stanzaId?: string }>('ServerErrorReceipt')
export const ReactionMessage = messageCodec<NonNullable<Message['reactionMessage']>>('Message.ReactionMessage')

/** What a phone answers to a request to store media again. */
export const MediaRetryNotification = messageCodec<{ stanzaId?: string; directPath?: string; result?: number }>(
  'MediaRetryNotification',
)

/** Values of `MediaRetryNotification.result`. */
export const MediaRetryResult = { generalError: 0, success: 1, notFound: 2, decryptionError: 3 } as const
