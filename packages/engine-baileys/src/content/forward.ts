import { randomBytes } from 'node:crypto'
import { EngineError, type ForwardContent, isSilent } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import { Message as codec } from '../proto/message.ts'
import { changeContext } from './context.ts'
import { reworded } from './edit.ts'
import { findKind } from './registry.ts'
import { unwrap, type Wrapper, wrapperOf } from './unwrap.ts'

/** Wrappers that say how the content is shown go along; the others are about the chat that it came from. */
const kept: ReadonlySet<Wrapper> = new Set<Wrapper>([
  ...(['documentWithCaptionMessage', 'lottieStickerMessage', 'pollCreationMessageV4', 'spoilerMessage'] as const),
])

/** Votes and answers are sealed with a secret of the message: what is sent on has its own. So may what we do not know. */
const sealing: ReadonlySet<string> = new Set(['poll', 'event', 'unknown'])

/** A message to be sent on: without what bound it to its chat, and marked with how often it was forwarded (seen in: baileys messages.js
 *  `generateForwardMessageContent`). Kinds that are not known here go whole. @throws EngineError `invalid_argument` for what phones do not forward */
export function forwarded({ message: bytes, fromMe, text }: ForwardContent): Message {
  const decoded = codec.decode(bytes)
  const original = text === undefined ? decoded : reworded(decoded, text)
  const { message: inner, flags } = unwrap(original)
  const found = findKind(inner)
  const type = found?.kind.type ?? 'unknown'
  if (flags.viewOnce || (found?.value as { viewOnce?: boolean } | undefined)?.viewOnce) {
    throw new EngineError('invalid_argument', 'a message that may be seen once cannot be forwarded')
  }
  if (isSilent(type)) throw new EngineError('invalid_argument', `a message of type ${type} cannot be forwarded`)
  const marked = changeContext(withoutChat(original), ({ forwardingScore = 0 }) => {
    const score = forwardingScore + (fromMe ? 0 : 1)
    return score > 0 ? { isForwarded: true, forwardingScore: score } : {}
  })
  return sealing.has(type) ? { ...marked, messageContextInfo: { messageSecret: randomBytes(32) } } : marked
}

function withoutChat(message: Message): Message {
  const wrapper = wrapperOf(message)
  const inner = wrapper && withoutChat(message[wrapper]!.message!)
  if (wrapper && inner) return kept.has(wrapper) ? { [wrapper]: { message: inner } } : inner
  const { messageContextInfo: _, senderKeyDistributionMessage: __, ...content } = message
  return content
}
