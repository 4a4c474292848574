import { deflateSync } from 'node:zlib'
import { type Conversation, HistorySync, HistorySyncType } from '../wire/proto/index.ts'
import type { ChatEntry } from './chat-log.ts'

/** Someone the phone has talked to. */
export interface HistoryContact {
  /** JID texts. */
  readonly pn: string
  readonly lid: string
  readonly name: string
}

export interface HistoryChunk {
  readonly syncType: number
  readonly chunkOrder: number
  readonly progress: number
  /** zlib(HistorySync): small enough to ride inside the message. */
  readonly payload: Uint8Array
}

export interface HistoryChat {
  readonly contact: HistoryContact
  readonly entries: readonly ChatEntry[]
}

/** What a phone sends a companion that links: recent chats, push names, and the end of recent history. Order and types seen in: baileys
 *  history.js, whatsmeow message.go (all three are needed before some clients call themselves synchronised). */
export function initialHistory(chats: readonly HistoryChat[], own: HistoryContact): HistoryChunk[] {
  const conversations = chats.map((chat) => conversation(chat))
  const mappings = [...chats.map((chat) => chat.contact), own].map(({ pn, lid }) => ({ pnJid: pn, lidJid: lid }))
  const pushnames = [...chats.map((chat) => chat.contact), own].map(({ pn, name }) => ({ id: pn, pushname: name }))
  return [
    chunk(HistorySyncType.initialBootstrap, 1, 100, { conversations, phoneNumberToLidMappings: mappings }),
    chunk(HistorySyncType.pushName, 1, 100, { pushnames }),
    chunk(HistorySyncType.recent, 1, 100, { conversations: [], phoneNumberToLidMappings: mappings }),
  ]
}

/** Older messages of one chat, as a companion asked for them. */
export function onDemandHistory(chat: HistoryChat): HistoryChunk {
  return chunk(HistorySyncType.onDemand, 1, 100, {
    conversations: [{ ...conversation(chat), endOfHistoryTransfer: true }],
  })
}

function chunk(syncType: number, chunkOrder: number, progress: number, content: HistorySync): HistoryChunk {
  const payload = new Uint8Array(deflateSync(HistorySync.encode({ ...content, syncType, chunkOrder, progress })))
  return { syncType, chunkOrder, progress, payload }
}

function conversation(chat: HistoryChat): Conversation {
  const { pn, lid, name } = chat.contact
  const newest = chat.entries.at(-1)
  const seconds = Math.floor((newest?.at ?? 0) / 1000)
  return {
    id: lid,
    pnJid: pn,
    lidJid: lid,
    name,
    displayName: name,
    unreadCount: 0,
    conversationTimestamp: seconds,
    lastMsgTimestamp: seconds,
    endOfHistoryTransfer: true,
    endOfHistoryTransferType: 1,
    // Newest first, as phones send them.
    messages: chat.entries.toReversed().map((entry, index) => ({ message: webMessage(entry, lid), msgOrderId: index })),
  }
}

/** A log entry as history and resends carry it. */
export function webMessage(entry: ChatEntry, remoteJid: string) {
  return {
    key: { remoteJid, fromMe: entry.fromMe, id: entry.id },
    message: entry.message,
    messageTimestamp: Math.floor(entry.at / 1000),
    ...(entry.senderName ? { pushName: entry.senderName } : {}),
  }
}
