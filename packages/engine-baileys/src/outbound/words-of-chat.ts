import { bareJid, isSilent, parseJid } from '@switchboard/engine'
import { changeContext } from '../content/context.ts'
import { sealEventResponse } from '../content/event.ts'
import { sealVote } from '../content/poll-vote.ts'
import { findKind } from '../content/registry.ts'
import { changeContent, unwrap } from '../content/unwrap.ts'
import type { Message as Content, ContextInfo, MessageKey } from '../generated/messages.ts'
import { Message } from '../proto/message.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { KnownGroup } from '../shared/shared-caches.ts'

/** Where a message goes, as far as its content is concerned. */
export interface Place {
  /** Address of the chat as the stanza has it. */
  readonly chat: string
  readonly group?: Pick<KnownGroup, 'addressing' | 'others' | 'timerSeconds'>
}

/** Bytes to encrypt, and what they say. */
export interface Worded {
  readonly bytes: Uint8Array
  readonly content: Content
}

type Named = (jid: string) => string

/**
 * A message in the words of its chat. Some chats know people by LID and some by number, and each reader looks for the own address in quotes, mentions
 * and keys; which it is can be known only when the message leaves. A group's timer is what the group says then.
 */
export async function inWordsOf(place: Place, bytes: Uint8Array, context: SessionContext): Promise<Worded> {
  const content = Message.decode(bytes)
  const people = new Set<string>()
  reword(content, place.chat, (jid) => {
    people.add(jid)
    return jid
  })
  const addressing = place.group?.addressing ?? (place.chat.endsWith('@lid') ? 'lid' : 'pn')
  const names = new Map<string, string>()
  for (const jid of people) {
    const other = place.group?.others.get(bareJid(jid))
    const isOther = other?.endsWith(addressing === 'lid' ? '@lid' : '@s.whatsapp.net')
    names.set(jid, isOther ? other! : await addressedAs(addressing, jid, context))
  }
  if (place.group) await learnPairs(people, place.group.others, context)
  const worded = reword(content, place.chat, (jid) => names.get(jid) ?? jid)
  const timed = place.group ? withTimer(worded, place.group.timerSeconds) : worded
  const own = ownAddress(addressing, context)
  const ready = sealEventResponse(sealVote(timed, place.chat, own), place.chat, own)
  return ready === content ? { bytes, content } : { bytes: Message.encode(ready), content: ready }
}

/** Whom the message names, and the group by both addresses: the event that it was sent says both. A notification about the group may not have been read yet. */
async function learnPairs(
  people: Iterable<string>,
  others: KnownGroup['others'],
  { signal, store }: SessionContext,
): Promise<void> {
  const pairs = []
  for (const jid of people) {
    const known = [bareJid(jid), others.get(bareJid(jid)) ?? ''].map(parseJid)
    const phone = known.find((each) => each?.server === 's.whatsapp.net')
    const lid = known.find((each) => each?.server === 'lid')
    if (phone && lid) pairs.push({ phone: phone.user, lid: lid.user })
  }
  if (pairs.length === 0) return
  const learned = await signal.book.learnAll(pairs)
  try {
    if (learned.length > 0) await store.save(learned)
  } catch (error) {
    signal.book.forget(learned)
    throw error
  }
}

/** The own address of that kind; the number where the account has no LID. */
const ownAddress = (addressing: 'lid' | 'pn', { creds: { me } }: SessionContext): string =>
  bareJid((addressing === 'lid' ? me?.lid : undefined) ?? me?.id ?? '')

/** Somebody's address of that kind, if it is known; else as it is. */
async function addressedAs(addressing: 'lid' | 'pn', jid: string, { signal }: SessionContext): Promise<string> {
  const parsed = parseJid(jid)
  if (addressing === 'lid' && parsed?.server === 's.whatsapp.net') {
    const lid = await signal.book.lidOf(parsed.user)
    return lid ? `${lid}@lid` : bareJid(jid)
  }
  if (addressing === 'pn' && parsed?.server === 'lid') {
    const phone = await signal.book.phoneOf(parsed.user)
    return phone ? `${phone}@s.whatsapp.net` : bareJid(jid)
  }
  return bareJid(jid)
}

/** The fields of content that name people or messages. */
interface Naming {
  readonly contextInfo?: ContextInfo
  readonly editedMessage?: Content
}

/** With every address in it replaced: of quoted and mentioned people, and of the messages that it is about. Plain text stays the same object. */
const reword = (message: Content, chat: string, named: Named): Content =>
  changeContent(message, (content) => rewordContent(content, chat, named))

function rewordContent(message: Content, chat: string, named: Named): Content {
  const found = findKind(message)
  if (!found || typeof found.value === 'string') return message
  const parent = message.messageContextInfo?.messageAssociation?.parentMessageKey
  if (parent && parent.remoteJid !== chat)
    return rewordContent(withParent(message, rewordKey(parent, chat, named)), chat, named)
  const { contextInfo, editedMessage, ...fields } = found.value as Naming
  const keys = Object.entries(fields).filter((field): field is [string, MessageKey] => isKey(field[1]))
  const changed = {
    ...Object.fromEntries(keys.map(([name, key]) => [name, rewordKey(key, chat, named)])),
    ...(editedMessage ? { editedMessage: reword(editedMessage, chat, named) } : {}),
    ...(contextInfo ? { contextInfo: rewordContext(contextInfo, named) } : {}),
  }
  return { ...message, [found.field]: { ...(found.value as object), ...changed } }
}

/** A message that belongs to another one, such as a picture to its album. */
const withParent = (message: Content, parentMessageKey: MessageKey): Content => ({
  ...message,
  messageContextInfo: {
    ...message.messageContextInfo,
    messageAssociation: { ...message.messageContextInfo?.messageAssociation, parentMessageKey },
  },
})

const isKey = (value: unknown): value is MessageKey =>
  typeof value === 'object' && value !== null && 'remoteJid' in value && 'id' in value

function rewordKey(key: MessageKey, chat: string, named: Named): MessageKey {
  return {
    ...key,
    remoteJid: chat,
    ...(key.participant ? { participant: named(key.participant) } : {}),
  }
}

function rewordContext(context: ContextInfo, named: Named): ContextInfo {
  const { participant, mentionedJid } = context
  return {
    ...context,
    ...(participant ? { participant: named(participant) } : {}),
    ...(mentionedJid?.length ? { mentionedJid: mentionedJid.map(named) } : {}),
  }
}

/** With a group's timer, where the content has a place for it and people read it. */
function withTimer(message: Content, seconds: number): Content {
  const { message: inner } = unwrap(message)
  const found = findKind(inner)
  if (!found || isSilent(found.kind.type)) return message
  const { contextInfo } = found.value as { contextInfo?: ContextInfo }
  if ((contextInfo?.expiration ?? 0) === seconds) return message
  return changeContext(message, ({ expiration: _, ...known }) =>
    seconds > 0 ? { ...known, expiration: seconds } : known,
  )
}
