import { type ComposeContext, EngineError, isGroupJid, isSilent, type OutgoingContent } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import { Message as codec } from '../proto/message.ts'
import { changeContext, contextInfoOf, mentioned } from './context.ts'
import { forwarded } from './forward.ts'
import { composerOf } from './registry.ts'

/** Content as an encoded `Message`, with all that its chat and its writer add. @throws EngineError `invalid_argument`, `unsupported` */
export function composeMessage(content: OutgoingContent, context: ComposeContext): Uint8Array {
  const made = content.type === 'forward' ? forwarded(content) : composed(content, context)
  if (content.type === 'edit') return codec.encode(mentioning(made, context))
  if (content.type !== 'forward' && isSilent(content.type)) return codec.encode(made)
  const added = contextInfoOf(context)
  const full = inAlbum(
    changeContext(made, (known) => ({ ...known, ...added })),
    context,
  )
  return codec.encode(context.groupStatus ? asGroupStatus(full, context) : full)
}

/** In the wrapper in which groups get their status (seen in: zapo encode/content.ts, which reads the marks of a stanza through it; both flag and wrapper in
 *  the schema of the newest clients). */
function asGroupStatus(message: Message, { chat }: ComposeContext): Message {
  if (!isGroupJid(chat)) throw new EngineError('invalid_argument', 'only groups have a status of their own')
  const { messageContextInfo, ...content } = changeContext(message, (known) => ({ ...known, isGroupStatus: true }))
  return {
    groupStatusMessageV2: { message: content },
    ...(messageContextInfo ? { messageContextInfo } : {}),
  }
}

/** Value of `MessageAssociation.associationType` (seen in: whatsmeow WAWebProtobufsE2E.proto, baileys WAProto). */
const mediaAlbum = 1

/** A picture that names the album to which it belongs. */
function inAlbum(message: Message, { album: id, chat }: ComposeContext): Message {
  if (id === undefined) return message
  const parentMessageKey = { remoteJid: chat, fromMe: true, id }
  const messageAssociation = { associationType: mediaAlbum, parentMessageKey }
  return { ...message, messageContextInfo: { ...message.messageContextInfo, messageAssociation } }
}

function composed(content: Exclude<OutgoingContent, { type: 'forward' }>, context: ComposeContext): Message {
  const kind = composerOf(content.type)
  if (!kind?.compose) throw new EngineError('unsupported', `content of type ${content.type} cannot be composed`)
  return kind.compose(content as never, context)
}

/** An edit. The people that its new text mentions are in the text itself. */
function mentioning(made: Message, { chat, mentions }: ComposeContext): Message {
  const protocolMessage = made.editedMessage?.message?.protocolMessage
  if (mentions === undefined || !isGroupJid(chat) || !protocolMessage?.editedMessage) return made
  const editedMessage = changeContext(
    protocolMessage.editedMessage,
    ({ mentionedJid: _, nonJidMentions: __, ...known }) => ({ ...known, ...mentioned(mentions) }),
  )
  return { editedMessage: { message: { protocolMessage: { ...protocolMessage, editedMessage } } } }
}
