import { type ComposeContext, EngineError, type OutgoingContent } from '@switchboard/engine'
import { proto } from 'baileys'

/** Content as an encoded `Message`. @throws EngineError `invalid_argument` */
export function composeMessage(content: OutgoingContent, around: ComposeContext): Uint8Array {
  if (content.type !== 'text') throw new EngineError('unsupported', 'this kind of content cannot be composed')
  if (content.text === '') throw new EngineError('invalid_argument', 'a text may not be empty')
  const context = contextOf(around)
  if (!context) return encode({ conversation: content.text })
  return encode({ extendedTextMessage: { text: content.text, contextInfo: context } })
}

const encode = (message: proto.IMessage): Uint8Array => Uint8Array.from(proto.Message.encode(message).finish())

function contextOf({ mentions, quoted }: ComposeContext): proto.IContextInfo | undefined {
  if (!mentions?.length && !quoted) return undefined
  return {
    ...(mentions?.length && mentions !== 'all' ? { mentionedJid: [...mentions] } : {}),
    ...(quoted
      ? { stanzaId: quoted.id, participant: quoted.sender, quotedMessage: proto.Message.decode(quoted.message) }
      : {}),
  }
}
