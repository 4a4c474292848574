import { deflateSync } from 'node:zlib'
import { type Conversation, HistorySync, HistorySyncType, type WebMessageInfo } from '../wire/proto/index.ts'
import type { ChatEntry, ChatTimer } from './chat-log.ts'

/** Someone the phone has talked to. */
export interface HistoryContact {
  /** JID texts. */
  readonly pn: string
  readonly lid: string
  readonly name: string
  readonly username?: string
  /** The token that the contact gave, and when it was given and this phone's went there (Unix seconds). */
  readonly token?: { readonly bytes: Uint8Array; readonly t: number; readonly sentAt?: number }
}

export interface HistoryChunk {
  readonly syncType: number
  readonly chunkOrder: number
  readonly progress: number
  /** zlib(HistorySync). */
  readonly payload: Uint8Array
}

/** One chat as history carries it: with a person, or a group. */
export interface HistoryChat {
  readonly contact?: HistoryContact
  readonly group?: {
    readonly jid: string
    readonly subject: string
    /** World time, ms. */
    readonly createdAt: number
    readonly members: readonly { readonly userJid: string; readonly rank: number }[]
  }
  /** Newest first. */
  readonly messages: readonly WebMessageInfo[]
  /** Whether the phone has older ones. */
  readonly more?: boolean
  readonly unread?: number
  readonly timer?: ChatTimer | undefined
}

/** Values of `endOfHistoryTransferType`. Seen in: whatsmeow waHistorySync. */
const transferEnd = { moreOnPhone: 0, complete: 1 } as const

/** A part of the history, packed. Order and types seen in: baileys history.js, whatsmeow message.go. */
export function historyChunk(
  syncType: number,
  content: HistorySync,
  { chunkOrder = 1, progress = 100 }: { chunkOrder?: number; progress?: number } = {},
): HistoryChunk {
  const payload = new Uint8Array(deflateSync(HistorySync.encode({ ...content, syncType, chunkOrder, progress })))
  return { syncType, chunkOrder, progress, payload }
}

/** Older messages of one chat, as a companion asked for them; nothing for a chat that the phone does not have. */
export function onDemandHistory(chat: HistoryChat | undefined): HistoryChunk {
  return historyChunk(HistorySyncType.onDemand, { conversations: chat ? [conversation(chat)] : [] })
}

export function mapping({ pn, lid }: HistoryContact): { pnJid: string; lidJid: string } {
  return { pnJid: pn, lidJid: lid }
}

export function conversation(chat: HistoryChat): Conversation {
  const [newest] = chat.messages
  const seconds = newest?.messageTimestamp ?? Math.floor((chat.group?.createdAt ?? 0) / 1000)
  return {
    ...nameOf(chat),
    unreadCount: chat.unread ?? 0,
    conversationTimestamp: seconds,
    lastMsgTimestamp: seconds,
    endOfHistoryTransfer: true,
    endOfHistoryTransferType: chat.more ? transferEnd.moreOnPhone : transferEnd.complete,
    ...(chat.timer ? { ephemeralExpiration: chat.timer.seconds, ephemeralSettingTimestamp: chat.timer.since } : {}),
    messages: chat.messages.map((message, index) => ({ message, msgOrderId: index })),
  }
}

function tokenOf({ token }: HistoryContact): Conversation {
  if (!token) return {}
  const { bytes, t, sentAt } = token
  return { tcToken: bytes, tcTokenTimestamp: t, ...(sentAt === undefined ? {} : { tcTokenSenderTimestamp: sentAt }) }
}

function nameOf({ contact, group }: HistoryChat): Conversation {
  if (contact) {
    const { pn, lid, name, username } = contact
    return {
      ...{ id: lid, pnJid: pn, lidJid: lid, name, displayName: name },
      ...(username ? { username } : {}),
      ...tokenOf(contact),
    }
  }
  if (!group) throw new Error('a chat is with a person or a group')
  return { id: group.jid, name: group.subject, displayName: group.subject, participant: [...group.members] }
}

/** A log entry as history and resends carry it.
 *  @param participant who wrote it, in a group */
export function webMessage(entry: ChatEntry, remoteJid: string, participant?: string): WebMessageInfo {
  return {
    key: { remoteJid, fromMe: entry.fromMe, id: entry.id, ...(participant ? { participant } : {}) },
    message: entry.message,
    messageTimestamp: Math.floor(entry.at / 1000),
    ...(participant ? { participant } : {}),
    ...(entry.senderName ? { pushName: entry.senderName } : {}),
  }
}
