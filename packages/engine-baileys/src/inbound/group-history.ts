import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { type InboundHistory, type InboundMessage, isSilent, type OpenOptions, parseJid } from '@switchboard/engine'
import { unwrap } from '../content/unwrap.ts'
import type { GroupHistory, Message, WebMessageInfo } from '../generated/messages.ts'
import { downloadBlob } from '../media/download-blob.ts'
import { codec } from '../proto/codec.ts'
import { type HistoryReader, historyMessages } from './history-message.ts'
import { isOwn, type MessageEnvelope, type OwnAccount } from './message-envelope.ts'

// A member of a group shares its recent past with who came later. Seen in: zapo persistence/group-history.ts and kinds/group-history.ts.

const inflateAsync = promisify(inflate)
const maxBytes = 64 * 1024 * 1024
const pastCodec = codec('GroupHistory')

/** Kind of the note that makes what was shared survive until it is taken in. */
export const pastKind = 'group_history'

/** WhatsApp's own limits. Seen in: zapo spec/abprops `group_history_bundle_time_limit_receiver_enforcement_secs` and
 *  `group_history_message_count_receiver_upper_limit`. */
export const pastLifeMs = 14 * 24 * 60 * 60 * 1000
const mostMessages = 100

/** What was shared, before it is fetched. */
export interface SharedPast {
  /** Of the message that shares it. */
  readonly id: string
  readonly group: string
  /** Unix ms. */
  readonly at: number
  readonly file: { readonly directPath: string; readonly mediaKey: Uint8Array; readonly fileEncSha256?: Uint8Array }
}

/** The past that a message shares with this account; undefined when it does not. The message names those whom it is for, by either address. */
export function sharedPastIn(outer: Message, envelope: MessageEnvelope, own: OwnAccount): SharedPast | undefined {
  const bundle = unwrap(outer).message.messageHistoryBundle
  const { directPath, mediaKey, fileEncSha256, messageHistoryMetadata } = bundle ?? {}
  if (!directPath || !mediaKey?.length || !envelope.chat.endsWith('@g.us') || envelope.fromMe) return undefined
  if (!messageHistoryMetadata?.historyReceivers?.some((jid) => isOwn(parseJid(jid), own))) return undefined
  const { id, chat: group, at } = envelope
  return { id, group, at, file: { directPath, mediaKey, ...(fileEncSha256?.length && { fileEncSha256 }) } }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))

export function encodePast({ file, ...rest }: SharedPast): Uint8Array {
  const { directPath, mediaKey, fileEncSha256 } = file
  const packed = { directPath, mediaKey: base64(mediaKey), sha: fileEncSha256 && base64(fileEncSha256) }
  return Buffer.from(JSON.stringify({ ...rest, file: packed }))
}

export function decodePast(bytes: Uint8Array): SharedPast {
  const { file, ...rest } = JSON.parse(Buffer.from(bytes).toString())
  const { directPath, mediaKey, sha } = file
  const keys = { mediaKey: fromBase64(mediaKey), ...(sha && { fileEncSha256: fromBase64(sha) }) }
  return { ...rest, file: { directPath, ...keys } }
}

/** Fetches, checks and opens it. */
export async function openPast({ file }: SharedPast, options: OpenOptions): Promise<GroupHistory> {
  const packed = await downloadBlob(file, 'group_history', options)
  return pastCodec.decode(await inflateAsync(packed, { maxOutputLength: maxBytes }))
}

/** What was shared, as history. Nobody but the member who shares it vouches for it: so it adds what others said in this group before, and changes nothing
 *  (no edits, deletions or reactions), and has no words of the own account. */
export async function groupHistoryItem(
  { messages = [], outOfWindowPinnedMessages = [] }: GroupHistory,
  { group, at: sharedAt }: SharedPast,
  reader: HistoryReader,
): Promise<InboundHistory> {
  const chat = { jid: group }
  const fits = ({ at, fromMe, deleted, view }: InboundMessage) =>
    at > 0 && at <= sharedAt && !fromMe && !deleted && !isSilent(view.type)
  const said = async (infos: readonly WebMessageInfo[]): Promise<InboundMessage[]> => {
    const read = infos.map((info) => historyMessages(bySomebody(info, group, reader.own), { id: group, chat }, reader))
    return (await Promise.all(read)).flat().filter(fits)
  }
  const recent = (await said(messages)).toSorted((one, other) => one.at - other.at).slice(-mostMessages)
  const pinned = (await said(outOfWindowPinnedMessages)).slice(0, mostMessages)
  const all = [...new Map([...pinned, ...recent].map((message) => [message.id, message])).values()]
  const past = all.toSorted((one, other) => one.at - other.at)
  return {
    kind: 'history',
    at: reader.at,
    offline: false,
    syncType: 'GROUP_HISTORY',
    progress: 100,
    complete: { conversations: 1, messages: all.length },
    conversations: [{ chat, messages: past }],
    pushNames: [],
    addresses: [],
  }
}

/** A message with its author named: `fromMe` there means the member who shares it. Undefined without an author, or of another chat. */
function bySomebody(info: WebMessageInfo, group: string, own: OwnAccount): WebMessageInfo | undefined {
  const participant = info.participant ?? info.key?.participant
  if (!info.key || !participant || (info.key.remoteJid ?? group) !== group) return undefined
  const { reactions: _, pollUpdates: __, messageStubType: ___, ...rest } = info
  return { ...rest, participant, key: { ...info.key, participant, fromMe: isOwn(parseJid(participant), own) } }
}
