import { deflateSync, inflateSync } from 'node:zlib'
import { parseJid } from '../../wire/jid.ts'
import { GroupHistory, type Message, type MessageHistoryMetadata, type WebMessageInfo } from '../../wire/proto/index.ts'
import { addressingOf, deviceName } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import { authorJid } from '../content/message-keys.ts'
import { webMessage } from '../history-payload.ts'
import { putMedia } from '../media/put-media.ts'
import { openFile } from '../media/take-media.ts'
import { describeMessage } from '../message-content.ts'
import type { PhoneContext } from '../phone-context.ts'

/** WhatsApp's limits for what is shared. Seen in: zapo spec/abprops `group_history_message_count_limit`, `group_history_messages_time_limit_secs`. */
const mostMessages = 100
const oldestMs = 14 * 24 * 60 * 60 * 1000

/** The recent past of a group for members who came later: a message to them with the file, and one that tells all that it was sent.
 *  @param past what may be shared, oldest first @param receivers JIDs as the group names its members. Undefined when there is nothing to share.
 *  Seen in: zapo WaMessageCoordinator.ts `shareGroupHistory`. */
export function historyMessages(
  ctx: PhoneContext,
  past: readonly ChatEntry[],
  people: { readonly receivers: readonly string[]; readonly others: readonly string[] },
): { bundle: Message; notice: Message } | undefined {
  const { world, account } = ctx
  const since = world.clock.now() - oldestMs
  const messages = past
    .filter(({ at }) => at >= since)
    .slice(-mostMessages)
    .map((entry) => webMessage(entry, entry.chat, authorJid(ctx, entry)))
  const [oldest] = messages
  if (!oldest) return undefined
  const packed = new Uint8Array(deflateSync(GroupHistory.encode({ messages })))
  const { mediaKey, fileSha256, fileEncSha256, directPath } = putMedia(world, account.lid, 'group-history', packed)
  const at = oldest.messageTimestamp ?? 0
  const messageHistoryMetadata: MessageHistoryMetadata = {
    historyReceivers: [...people.receivers],
    nonHistoryReceivers: [...people.others],
    messageCount: messages.length,
    oldestMessageTimestampInWindow: at,
    oldestMessageTimestampInBundle: at,
  }
  const file = { mediaKey, fileSha256, fileEncSha256, directPath, mediaKeyTimestamp: world.seconds() }
  const bundle = { mimetype: 'application/protobuf', ...file, messageHistoryMetadata }
  return {
    bundle: { messageHistoryBundle: bundle },
    notice: { messageHistoryNotice: { messageHistoryMetadata } },
  }
}

/** Takes in the past that a member shares, where it is meant for this person. */
export function takeHistory(ctx: PhoneContext, entry: ChatEntry): void {
  const it = entry.message.messageHistoryBundle
  const { account, world } = ctx
  const meant = (it?.messageHistoryMetadata?.historyReceivers ?? []).some((jid) => world.account(jid) === account)
  if (!it?.directPath || !meant || entry.fromMe) return
  const packed = openFile(ctx, entry, 'group-history', it)
  if (typeof packed === 'string') return
  for (const one of GroupHistory.decode(new Uint8Array(inflateSync(packed))).messages ?? []) keep(ctx, entry, one)
}

function keep(ctx: PhoneContext, { chat, chatLid }: ChatEntry, info: WebMessageInfo): void {
  const { world, account, chats } = ctx
  const { message, key, participant = key?.participant, messageTimestamp = 0, pushName } = info
  const jid = parseJid(participant ?? '')
  const author = jid && world.account(jid)
  if (!jid || !author || !message || !key?.id || key.remoteJid !== chat) return
  chats.add({
    ...{ id: key.id, chat, chatLid, fromMe: author === account, sender: deviceName(author.devices.get(0)!) },
    ...(pushName ? { senderName: pushName } : {}),
    ...describeMessage(message),
    ...{
      addressing: addressingOf(jid) ?? 'lid',
      at: messageTimestamp * 1000,
      message,
      receipts: [],
      status: 'received',
    },
  })
}
