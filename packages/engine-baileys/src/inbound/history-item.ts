import { type InboundHistory, type InboundMessage, parseJid } from '@switchboard/engine'
import { proto, toNumber } from 'baileys'
import { describeContent } from '../proto/describe.ts'
import type { AddressBook } from '../signal/address-book.ts'
import { addressOf, isOwn, type OwnAccount } from './message-envelope.ts'

interface Reader {
  readonly book: AddressBook
  readonly own: OwnAccount
  readonly ownJid: string
  readonly at: number
}

/** One decoded chunk of history as the port hands it over. */
export async function historyItem(sync: proto.HistorySync, reader: Reader): Promise<InboundHistory> {
  return {
    kind: 'history',
    at: reader.at,
    offline: false,
    syncType: proto.HistorySync.HistorySyncType[sync.syncType] ?? 'UNKNOWN',
    progress: sync.progress ?? 0,
    conversations: await Promise.all(sync.conversations.map((each) => conversation(each, reader))),
    pushNames: sync.pushnames.flatMap(({ id, pushname }) => (id && pushname ? [{ jid: id, name: pushname }] : [])),
    addresses: historyPairs(sync).map(({ phone, lid }) => ({ jid: `${phone}@s.whatsapp.net`, lid: `${lid}@lid` })),
  }
}

async function conversation(source: proto.IConversation, reader: Reader) {
  const jid = source.id ?? ''
  const name = source.name ?? source.displayName
  const messages = await Promise.all(
    (source.messages ?? []).map(({ message }) => historyMessage(message, source, reader)),
  )
  return {
    chat: await addressOf(jid, source.pnJid ?? source.lidJid ?? undefined, reader.book),
    ...(name ? { name } : {}),
    messages: messages.filter((each) => each !== undefined),
  }
}

async function historyMessage(
  info: proto.IWebMessageInfo | null | undefined,
  chat: proto.IConversation,
  { book, ownJid, own }: Reader,
): Promise<InboundMessage | undefined> {
  if (!info?.key?.id || !info.message) return undefined
  const fromMe = info.key.fromMe ?? false
  const author = fromMe ? ownJid : (info.participant ?? info.key.participant ?? chat.id ?? '')
  return {
    kind: 'message',
    at: toNumber(info.messageTimestamp) * 1000,
    offline: false,
    id: info.key.id,
    chat: await addressOf(chat.id ?? '', chat.pnJid ?? chat.lidJid ?? undefined, book),
    sender: await addressOf(author, undefined, book),
    fromMe: fromMe || isOwn(parseJid(author), own),
    ...(info.pushName ? { pushName: info.pushName } : {}),
    message: proto.Message.encode(info.message).finish(),
    view: describeContent(info.message),
  }
}

/** The address pairs that a chunk of history teaches. */
export function historyPairs(sync: proto.HistorySync): { phone: string; lid: string }[] {
  const listed = sync.phoneNumberToLidMappings.map(({ pnJid, lidJid }) => [pnJid, lidJid] as const)
  const chats = sync.conversations.flatMap(({ id, pnJid, lidJid }) => [[pnJid, id] as const, [id, lidJid] as const])
  return [...listed, ...chats].flatMap(([phone, lid]) => {
    const [a, b] = [parseJid(phone ?? ''), parseJid(lid ?? '')]
    return a?.server === 's.whatsapp.net' && b?.server === 'lid' ? [{ phone: a.user, lid: b.user }] : []
  })
}
