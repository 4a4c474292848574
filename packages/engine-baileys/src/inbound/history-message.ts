import { type Address, type InboundMessage, parseJid } from '@switchboard/engine'
import { describeMessage } from '../content/describe.ts'
import { hex } from '../content/fields.ts'
import { secretOf } from '../content/message-secret.ts'
import type { MessageKey, PollUpdate, Reaction, WebMessageInfo } from '../generated/messages.ts'
import { unlessMalformed } from '../proto/codec.ts'
import { Message as codec } from '../proto/message.ts'
import type { AddressBook } from '../signal/address-book.ts'
import { addressOf, isOwn, type OwnAccount } from './message-envelope.ts'

export interface HistoryReader {
  readonly book: AddressBook
  readonly own: OwnAccount
  readonly ownJid: string
  readonly at: number
}

/** A chat of the history. */
interface HistoryChat {
  /** Its address there. */
  readonly id: string
  readonly chat: Address
}

/** Values of `messageStubType` for a message that was taken back; it has no content then (seen in: baileys WAProto, process-message.js). */
const revoked: ReadonlySet<number> = new Set([1, 132])

/** A message of the history and the reactions to it, as if they had come one by one. */
export async function historyMessages(
  info: WebMessageInfo | undefined,
  place: HistoryChat,
  reader: HistoryReader,
): Promise<InboundMessage[]> {
  const key = info?.key
  if (!info || !key?.id) return []
  const deleted = revoked.has(info.messageStubType ?? 0)
  if (!info.message && !deleted) return []
  const said = await written(key, info.participant, place, reader)
  const at = (info.messageTimestamp ?? 0) * 1000
  const base = { kind: 'message', at, offline: false, id: key.id, chat: place.chat, ...said } as const
  if (deleted) return [{ ...base, deleted, message: new Uint8Array(), view: { type: 'unknown' } }]
  // In memory of its own: the whole chunk would stay with a view on it.
  const message = withSecret(new Uint8Array(info.message ?? []), info.messageSecret)
  const named = info.pushName ? { pushName: info.pushName } : {}
  const reactions = (info.reactions ?? []).map((each) => reaction(each, base, key, place, reader))
  const votes = (info.pollUpdates ?? []).map((each) => vote(each, base, key, place, reader))
  return [
    { ...base, ...named, message, view: describeMessage(message) },
    ...(await Promise.all([...reactions, ...votes])).filter((each) => each !== undefined),
  ]
}

/** A reaction hangs on its message there. Its key says who reacted; its own message is not kept. */
async function reaction(
  { key, text = '', senderTimestampMs }: Reaction,
  to: Pick<InboundMessage, 'at' | 'offline' | 'chat' | 'sender' | 'fromMe'>,
  target: MessageKey,
  place: HistoryChat,
  reader: HistoryReader,
): Promise<InboundMessage | undefined> {
  if (!key?.id) return undefined
  const { chat, offline } = to
  const at = senderTimestampMs || to.at
  const by = await written(key, undefined, place, reader)
  const author = { fromMe: to.fromMe === by.fromMe && to.sender.jid === by.sender.jid, participant: to.sender.jid }
  const reactionMessage = { key: { ...target, ...author }, text, senderTimestampMs: at }
  const message = codec.encode({ reactionMessage })
  return { kind: 'message', at, offline, id: key.id, chat, ...by, message, view: describeMessage(message) }
}

/** A vote hangs on its poll there, opened. Its own message is not kept. */
async function vote(
  { pollUpdateMessageKey: key, vote: cast, senderTimestampMs, serverTimestampMs }: PollUpdate,
  to: Pick<InboundMessage, 'at' | 'offline' | 'chat'>,
  target: MessageKey,
  place: HistoryChat,
  reader: HistoryReader,
): Promise<InboundMessage | undefined> {
  if (!key?.id || !cast) return undefined
  const { chat, offline } = to
  // As coarse as the time of a vote that comes by itself.
  const at = Math.floor((serverTimestampMs || senderTimestampMs || to.at) / 1000) * 1000
  const by = await written(key, undefined, place, reader)
  const message = codec.encode({ pollUpdateMessage: { pollCreationMessageKey: target, senderTimestampMs: at } })
  const chosen = (cast.selectedOptions ?? []).map((hash) => hex(hash) ?? '')
  return {
    kind: 'message',
    at,
    offline,
    id: key.id,
    chat,
    ...by,
    message,
    view: { ...describeMessage(message), chosen },
  }
}

/** There, the secret of a message stands next to it; later votes and answers are sealed with it. */
function withSecret(bytes: Uint8Array, messageSecret: Uint8Array | undefined): Uint8Array {
  if (!messageSecret?.length || bytes.length === 0) return bytes
  const sealing = unlessMalformed(() => {
    const message = codec.decode(bytes)
    if (secretOf(message)) return bytes
    return codec.encode({ ...message, messageContextInfo: { ...message.messageContextInfo, messageSecret } })
  })
  return sealing ?? bytes
}

/** Who wrote what a key names. */
async function written(
  { fromMe = false, participant }: MessageKey,
  named: string | undefined,
  { id }: HistoryChat,
  { book, own, ownJid }: HistoryReader,
): Promise<{ sender: Address; fromMe: boolean }> {
  const author = fromMe ? ownJid : (named ?? participant ?? id)
  return { sender: await addressOf(author, undefined, book), fromMe: fromMe || isOwn(parseJid(author), own) }
}
