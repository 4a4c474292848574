import { randomBytes } from 'node:crypto'
import { type ContextInfo, Message } from '../../wire/proto/index.ts'
import type { Addressing } from '../../world/address.ts'
import { timerOf } from '../chat-timers.ts'
import type { ComposeScene, ContentKind } from './content-kind.ts'
import { type ContentName, type ContentWishes, composers, readContent, saysSomething } from './content-kinds.ts'
import { contextHolder, contextOf, innerMessage } from './inner-message.ts'
import { mentionedIn, quoteOf } from './message-keys.ts'
import { type Preview, text as textKind } from './text.ts'

/** What a phone sends: exactly one kind of content, and options for any kind. */
export interface Outgoing extends Partial<ContentWishes> {
  readonly text?: string
  /** A whole encoded message, sent as it is: of kinds that this world does not know, or with flaws. */
  readonly raw?: Uint8Array
  /** Of a link in `text`. */
  readonly preview?: Preview
  /** Id of the message that this one answers. */
  readonly quoted?: string
  /** JIDs or phone numbers of those who are mentioned; `all` for everybody in a group. */
  readonly mentions?: readonly string[] | 'all'
  /** Shown as forwarded, whatever it is. */
  readonly forwarded?: boolean
  readonly view_once?: boolean
  /** A status of the group that it is sent to, and not a message in it. */
  readonly group_status?: boolean
  readonly addressing?: Addressing
  /** Companions of the other side get a placeholder instead, of that type (`view_once`, `hosted`, … or empty). */
  readonly unavailable?: string
}

/** The message that a wish becomes in a chat. @throws Error for a wish that a phone would not let its owner make */
export function compose(scene: ComposeScene, wish: Outgoing, expiresAfter?: number): Message {
  if (wish.group_status && !scene.chatLid.endsWith('@g.us')) throw new Error('only groups have a status of their own')
  if (!mayBePlaceholder(scene) && wish.unavailable !== undefined) {
    throw new Error('placeholders are for people and groups')
  }
  if (wish.raw) return rawMessage(wish.raw, wish)
  const made = composed(scene, wish)
  const inner = innerMessage(made)
  if (!saysSomething(readContent(inner).content.kind)) return made
  const full = withContext(made, inner, contextFor(scene, wish, expiresAfter))
  const seen = wish.view_once ? viewOnce(full) : full
  const shown: Message = wish.group_status ? { groupStatusMessageV2: { message: seen } } : seen
  // Votes, comments and reactions to come are sealed with it.
  return { ...shown, messageContextInfo: { ...shown.messageContextInfo, messageSecret: randomBytes(32) } }
}

/** @throws Error for what is no message, and for wishes that would change it */
function rawMessage(bytes: Uint8Array, { raw: _, addressing: __, unavailable: ___, ...others }: Outgoing): Message {
  if (Object.keys(others).length > 0) throw new Error('an encoded message is sent as it is')
  try {
    return Message.decode(bytes)
  } catch (cause) {
    throw new Error('raw is no encoded message', { cause })
  }
}

function composed(scene: ComposeScene, wish: Outgoing): Message {
  const names = (Object.keys(composers) as ContentName[]).filter((name) => wish[name] !== undefined)
  const { text, preview } = wish
  if (names.length + (text === undefined ? 0 : 1) !== 1) throw new Error('a message is of exactly one kind')
  const [name] = names
  if (!name) return textKind.compose!(scene, { text: text ?? '', ...(preview ? { preview } : {}) })
  const kind = composers[name] as ContentKind<unknown>
  if (!kind.compose) throw new Error(`a phone does not send ${name}`)
  return kind.compose(scene, wish[name])
}

function contextFor(scene: ComposeScene, wish: Outgoing, expiresAfter: number | undefined): ContextInfo {
  const { quoted, mentions, forwarded } = wish
  const timer = timerOf(scene.ctx, scene.chatLid)
  const expiration = expiresAfter ?? timer?.seconds ?? 0
  return {
    ...(quoted === undefined ? {} : quoteOf(scene, quoted)),
    ...(mentions === 'all' ? { nonJidMentions: 1 } : {}),
    ...(mentions && mentions !== 'all' ? { mentionedJid: mentionedIn(scene, mentions) } : {}),
    ...(forwarded ? { isForwarded: true, forwardingScore: 1 } : {}),
    ...(wish.group_status ? { isGroupStatus: true } : {}),
    ...(expiration > 0 ? { expiration } : {}),
    ...(expiration > 0 && timer ? { ephemeralSettingTimestamp: timer.since } : {}),
  }
}

function withContext(made: Message, inner: Message, context: ContextInfo): Message {
  if (Object.keys(context).length === 0) return made
  if (inner.conversation !== undefined) {
    return { extendedTextMessage: { text: inner.conversation, contextInfo: context } }
  }
  const holder = contextHolder(inner)
  if (!holder) throw new Error('a message of this kind has no context')
  holder.contextInfo = { ...contextOf(made), ...context }
  return made
}

/** Media of which the viewer is to have one look: wrapped, and flagged as both clients read it. */
function viewOnce(message: Message): Message {
  const { imageMessage, videoMessage, audioMessage } = message
  const media = imageMessage ?? videoMessage ?? audioMessage
  if (!media) throw new Error('only images, videos and voice notes can be viewed once')
  media.viewOnce = true
  return { viewOnceMessageV2: { message } }
}

function mayBePlaceholder({ person, chatLid }: ComposeScene): boolean {
  return person !== undefined || chatLid.endsWith('@g.us')
}
