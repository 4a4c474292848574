import { type ComposeContext, EngineError, type LocationContent, type OutgoingContent } from '@switchboard/engine'
import { proto } from 'baileys'

/** Content as an encoded `Message`. @throws EngineError `invalid_argument` */
export function composeMessage(content: OutgoingContent, around: ComposeContext): Uint8Array {
  const context = contextOf(around)
  const contextInfo = context ? { contextInfo: context } : {}
  if (content.type === 'location') return encode({ locationMessage: { ...locationFields(content), ...contextInfo } })
  if (content.type !== 'text') throw new EngineError('unsupported', 'this kind of content cannot be composed')
  if (content.text === '') throw new EngineError('invalid_argument', 'a text may not be empty')
  if (!context) return encode({ conversation: content.text })
  return encode({ extendedTextMessage: { text: content.text, ...contextInfo } })
}

function locationFields({ latitude, longitude, name, address, url }: LocationContent): proto.Message.ILocationMessage {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw new EngineError('invalid_argument', 'a latitude is from -90 to 90, a longitude from -180 to 180')
  }
  return {
    degreesLatitude: latitude,
    degreesLongitude: longitude,
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
    ...(url === undefined ? {} : { url }),
  }
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
