import { type InboundHistory, type InboundMessage, parseJid } from '@switchboard/engine'
import { describeMessage } from '../content/describe.ts'
import type { Conversation, HistorySync, WebMessageInfo } from '../generated/messages.ts'
import type { AddressBook } from '../signal/address-book.ts'
import { addressOf, isOwn, type OwnAccount } from './message-envelope.ts'

/** Values of `HistorySync.syncType` (seen in: zapo WAProto.proto, baileys WAProto). */
const syncTypes = [
  ...['INITIAL_BOOTSTRAP', 'INITIAL_STATUS_V3', 'FULL', 'RECENT', 'PUSH_NAME', 'NON_BLOCKING_DATA', 'ON_DEMAND'],
]

interface Reader {
  readonly book: AddressBook
  readonly own: OwnAccount
  readonly ownJid: string
  readonly at: number
}

/** One decoded chunk of history as the port hands it over. */
export async function historyItem(sync: HistorySync, reader: Reader): Promise<InboundHistory> {
  return {
    kind: 'history',
    at: reader.at,
    offline: false,
    syncType: syncTypes[sync.syncType ?? 0] ?? 'UNKNOWN',
    progress: sync.progress ?? 0,
    conversations: await Promise.all((sync.conversations ?? []).map((each) => conversation(each, reader))),
    pushNames: (sync.pushnames ?? []).flatMap(({ id, pushname }) =>
      id && pushname ? [{ jid: id, name: pushname }] : [],
    ),
    addresses: historyPairs(sync).map(({ phone, lid }) => ({ jid: `${phone}@s.whatsapp.net`, lid: `${lid}@lid` })),
  }
}

async function conversation(source: Conversation, reader: Reader) {
  const jid = source.id ?? ''
  const name = source.name ?? source.displayName
  const messages = await Promise.all(
    (source.messages ?? []).map(({ message }) => historyMessage(message, source, reader)),
  )
  return {
    chat: await addressOf(jid, source.pnJid ?? source.lidJid, reader.book),
    ...(name ? { name } : {}),
    messages: messages.filter((each) => each !== undefined),
  }
}

async function historyMessage(
  info: WebMessageInfo | undefined,
  chat: Conversation,
  { book, ownJid, own }: Reader,
): Promise<InboundMessage | undefined> {
  if (!info?.key?.id || !info.message) return undefined
  const fromMe = info.key.fromMe ?? false
  // In memory of its own: the whole chunk would stay with a view on it.
  const message = Uint8Array.from(info.message)
  const author = fromMe ? ownJid : (info.participant ?? info.key.participant ?? chat.id ?? '')
  return {
    kind: 'message',
    at: (info.messageTimestamp ?? 0) * 1000,
    offline: false,
    id: info.key.id,
    chat: await addressOf(chat.id ?? '', chat.pnJid ?? chat.lidJid, book),
    sender: await addressOf(author, undefined, book),
    fromMe: fromMe || isOwn(parseJid(author), own),
    ...(info.pushName ? { pushName: info.pushName } : {}),
    message,
    view: describeMessage(message),
  }
}

/** The address pairs that a chunk of history teaches. */
export function historyPairs(sync: HistorySync): { phone: string; lid: string }[] {
  const listed = (sync.phoneNumberToLidMappings ?? []).map(({ pnJid, lidJid }) => [pnJid, lidJid] as const)
  const chats = (sync.conversations ?? []).flatMap(({ id, pnJid, lidJid }) => [
    [pnJid, id] as const,
    [id, lidJid] as const,
  ])
  return [...listed, ...chats].flatMap(([phone, lid]) => {
    const [a, b] = [parseJid(phone ?? ''), parseJid(lid ?? '')]
    return a?.server === 's.whatsapp.net' && b?.server === 'lid' ? [{ phone: a.user, lid: b.user }] : []
  })
}
