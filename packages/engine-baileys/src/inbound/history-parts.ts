import { createInflate } from 'node:zlib'
import { statusJid } from '@switchboard/engine'
import { FieldReader } from '@switchboard/link/proto'
import type { Conversation, HistorySync } from '../generated/messages.ts'
import { codec } from '../proto/codec.ts'
import { fieldStream } from '../proto/field-stream.ts'

/** Of a chunk, unpacked. */
const maxHistoryBytes = 256 * 1024 * 1024
/** Messages in a part, with what hangs on them: as many as are taken in without anybody noticing. */
const messagesAPart = 100
/** Messages of one second stay together, because only their places say in which order they were sent; up to so many. */
const messagesOfOneSecond = 400
/** Chats without messages, names and address pairs in a part. */
const othersAPart = 200

const sync = codec('HistorySync')
const shell = codec('Conversation')
const historyMessage = codec('HistorySyncMsg')

/** Fields of `HistorySync` and `Conversation` in history.proto. */
const fields = {
  syncType: 1,
  conversations: 2,
  statuses: 3,
  progress: 6,
  pushnames: 7,
  lidMappings: 15,
  companionMetaNonce: 16,
  nctSalt: 19,
} as const
const messagesOfConversation = 2
const people: ReadonlySet<number> = new Set([
  fields.syncType,
  fields.progress,
  fields.pushnames,
  fields.lidMappings,
  fields.companionMetaNonce,
  fields.nctSalt,
])
const chats: ReadonlySet<number> = new Set([fields.conversations, fields.statuses])

type HistoryMessage = NonNullable<Conversation['messages']>[number]

export interface ConversationPart extends Conversation {
  /** The part before had newer messages of it. `unreadCount` leaves out how many could be unread of those. */
  readonly continued?: boolean
}

/** A part of a chunk: people, or chats. */
export interface HistoryPart extends Omit<HistorySync, 'conversations'> {
  readonly conversations: readonly ConversationPart[]
  readonly isLast: boolean
}

/**
 * A packed chunk of history in parts of bounded size; there is at least one. It is unpacked while it is read, and twice: what it says of people, which stands
 * behind the chats, is needed first. Of one chat the newest messages come first, as in the chunk.
 * @throws RangeError when it is none
 */
export async function* historyParts(packed: Uint8Array): AsyncGenerator<HistoryPart> {
  let held: Omit<HistoryPart, 'isLast'> | undefined
  const kind: Pick<HistorySync, 'syncType' | 'progress'> = {}
  for await (const part of peopleOf(packed)) {
    if (held) yield { ...held, ...kind, isLast: false }
    const { syncType = kind.syncType, progress = kind.progress } = part
    Object.assign(kind, { syncType, progress })
    held = { ...part, conversations: [] }
  }
  for await (const conversations of chatsOf(packed)) {
    if (held) yield { ...held, ...kind, isLast: false }
    held = { conversations }
  }
  yield { ...held!, ...kind, isLast: true }
}

/** Names and addresses, what proves who the account knows, and what kind of history it is. */
async function* peopleOf(packed: Uint8Array): AsyncGenerator<HistorySync> {
  let some: Uint8Array[] = []
  for await (const { bytes } of fieldStream(unpacked(packed), (number) => people.has(number))) {
    some.push(bytes)
    if (some.length < othersAPart) continue
    yield sync.decode(Buffer.concat(some))
    some = []
  }
  yield sync.decode(Buffer.concat(some))
}

async function* chatsOf(packed: Uint8Array): AsyncGenerator<readonly ConversationPart[]> {
  let some: ConversationPart[] = []
  let size = 0
  let posts = 0
  for await (const { number, bytes } of fieldStream(unpacked(packed), (each) => chats.has(each))) {
    const parts = number === fields.statuses ? [statusPart(bytes, posts++ > 0)] : conversationParts(bytes)
    for (const part of parts) {
      some.push(part)
      size += sizeOf(part)
      if (size < messagesAPart && some.length < othersAPart) continue
      yield some
      some = []
      size = 0
    }
  }
  if (some.length > 0) yield some
}

/** A status post as what it is: a message of the chat in which all of them are. */
const statusPart = (field: Uint8Array, continued: boolean): ConversationPart => ({
  ...{ id: statusJid, continued },
  messages: sync.decode(field).statusV3Messages?.map((message) => ({ message })) ?? [],
})

/** The parts of one conversation. Its messages are decoded as they are needed. */
function* conversationParts(field: Uint8Array): Generator<ConversationPart> {
  const { chat, messages } = opened(field)
  let part: ConversationPart = chat
  let some: HistoryMessage[] = []
  let size = 0
  for (const bytes of messages) {
    const message = historyMessage.decode(bytes)
    const sameSecond = message.message?.messageTimestamp === some.at(-1)?.message?.messageTimestamp
    if (size >= messagesOfOneSecond || (size >= messagesAPart && !sameSecond)) {
      yield { ...part, messages: some }
      part = { ...part, ...unreadAfter(part, some), continued: true }
      some = []
      size = 0
    }
    some.push(message)
    size += weight(message)
  }
  yield { ...part, messages: some }
}

function unreadAfter(
  { unreadCount }: Conversation,
  messages: readonly HistoryMessage[],
): Pick<Conversation, 'unreadCount'> {
  const incoming = messages.filter(({ message }) => !message?.key?.fromMe).length
  return unreadCount === undefined ? {} : { unreadCount: Math.max(0, unreadCount - incoming) }
}

/** What is said of a chat, and its messages as they came, newest first. */
function opened(field: Uint8Array): { chat: Conversation; messages: Uint8Array[] } {
  const reader = new FieldReader(field)
  reader.tag(field.length)
  const end = reader.length(field.length)
  const others: Uint8Array[] = []
  const messages: Uint8Array[] = []
  while (reader.at < end) {
    const start = reader.at
    const tag = reader.tag(end)
    const content = reader.at
    if (tag >>> 3 === messagesOfConversation && (tag & 7) === 2) {
      const contentEnd = reader.length(end)
      messages.push(field.subarray(reader.at, contentEnd))
      reader.at = contentEnd
    } else {
      reader.at = content
      reader.skip(tag, end)
      others.push(field.subarray(start, reader.at))
    }
  }
  return { chat: shell.decode(Buffer.concat(others)), messages }
}

const sizeOf = ({ messages = [] }: Conversation): number => messages.reduce((sum, each) => sum + weight(each), 0)

/** Reactions and votes become messages of their own. */
const weight = ({ message }: HistoryMessage): number =>
  1 + (message?.reactions?.length ?? 0) + (message?.pollUpdates?.length ?? 0)

async function* unpacked(packed: Uint8Array): AsyncGenerator<Uint8Array> {
  const inflate = createInflate()
  inflate.end(packed)
  let size = 0
  for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxHistoryBytes) throw new RangeError('a chunk of history beyond the limit')
    yield chunk
  }
}
