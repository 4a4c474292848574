import { type InboundHistory, parseJid } from '@switchboard/engine'
import { type HistoryReader, historyMessages } from './history-message.ts'
import type { ConversationPart, HistoryPart } from './history-parts.ts'
import { addressOf } from './message-envelope.ts'

/** Values of `HistorySync.syncType` (seen in: zapo WAProto.proto, baileys WAProto). */
const syncTypes = [
  ...['INITIAL_BOOTSTRAP', 'INITIAL_STATUS_V3', 'FULL', 'RECENT', 'PUSH_NAME', 'NON_BLOCKING_DATA', 'ON_DEMAND'],
]

/** One part of a chunk of history as the port hands it over. */
export async function historyItem(sync: HistoryPart, reader: HistoryReader): Promise<InboundHistory> {
  return {
    kind: 'history',
    at: reader.at,
    offline: false,
    syncType: syncTypes[sync.syncType ?? 0] ?? 'UNKNOWN',
    progress: sync.progress ?? 0,
    conversations: await Promise.all(sync.conversations.map((each) => conversation(each, reader))),
    pushNames: (sync.pushnames ?? []).flatMap(({ id, pushname }) =>
      id && pushname ? [{ jid: id, name: pushname }] : [],
    ),
    addresses: historyPairs(sync).map(({ phone, lid }) => ({ jid: `${phone}@s.whatsapp.net`, lid: `${lid}@lid` })),
  }
}

async function conversation(
  source: ConversationPart,
  reader: HistoryReader,
): Promise<InboundHistory['conversations'][number]> {
  const { id = '', name = source.displayName, username, unreadCount, markedAsUnread, continued } = source
  const { ephemeralExpiration, ephemeralSettingTimestamp = 0 } = source
  const chat = await addressOf(id, source.pnJid ?? source.lidJid, reader.book)
  const messages = await Promise.all(
    // The newest come first.
    (source.messages ?? []).toReversed().map(({ message }) => historyMessages(message, { id, chat }, reader)),
  )
  return {
    chat,
    ...(name ? { name } : {}),
    ...(username ? { username } : {}),
    ...(continued ? { continued } : {}),
    ...(unreadCount === undefined ? {} : { unread: unreadCount }),
    ...(markedAsUnread ? { markedUnread: true } : {}),
    ...(ephemeralExpiration === undefined
      ? {}
      : { timer: { seconds: ephemeralExpiration, setAt: ephemeralSettingTimestamp * 1000 } }),
    messages: messages.flat(),
  }
}

/** The address pairs that it teaches. */
export function historyPairs(
  sync: Pick<HistoryPart, 'conversations' | 'phoneNumberToLidMappings'>,
): { phone: string; lid: string }[] {
  const listed = (sync.phoneNumberToLidMappings ?? []).map(({ pnJid, lidJid }) => [pnJid, lidJid] as const)
  const chats = sync.conversations.flatMap(({ id, pnJid, lidJid }) => [[pnJid, id] as const, [id, lidJid] as const])
  return [...listed, ...chats].flatMap(([phone, lid]) => {
    const [a, b] = [parseJid(phone ?? ''), parseJid(lid ?? '')]
    return a?.server === 's.whatsapp.net' && b?.server === 'lid' ? [{ phone: a.user, lid: b.user }] : []
  })
}
