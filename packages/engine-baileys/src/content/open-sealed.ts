import type { MessageView, SealedParties } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import { codec, unlessMalformed } from '../proto/codec.ts'
import { Message as messages } from '../proto/message.ts'
import { describeContent } from './describe.ts'
import { about, present } from './fields.ts'
import { openWithSecret, type SecretUse, secretOf } from './message-secret.ts'
import { unwrap } from './unwrap.ts'

const reactions = codec('ReactionMessage')
const answers = codec('EventResponseMessage')

/** Values of `EventResponseMessage.response` (seen in: whatsmeow WAWebProtobufsE2E.proto). */
const responses = ['unknown', 'going', 'not_going', 'maybe'] as const

/** `SecretEncryptedMessage.secretEncType` of new words. */
const messageEdit = 2

type Opened = (use: SecretUse, sealed: Parameters<typeof openWithSecret>[3]) => Uint8Array | undefined

/** What somebody sealed about a message, with that message's secret. Undefined for what is not sealed, or not with that secret. */
export const openSealed = (sealed: Uint8Array, target: Uint8Array, parties: SealedParties): MessageView | undefined =>
  unlessMalformed(() => {
    const secret = secretOf(messages.decode(target))
    if (!secret) return undefined
    return viewIn(unwrap(messages.decode(sealed)).message, (use, part) => openWithSecret(use, secret, parties, part))
  })

function viewIn(message: Message, open: Opened): MessageView | undefined {
  const { encReactionMessage, encCommentMessage, encEventResponseMessage, secretEncryptedMessage } = message
  if (encReactionMessage) {
    const bytes = open('Enc Reaction', encReactionMessage)
    return (
      bytes && {
        type: 'reaction',
        emoji: reactions.decode(bytes).text ?? '',
        ...about(encReactionMessage.targetMessageKey),
      }
    )
  }
  if (encCommentMessage) {
    const bytes = open('Enc Comment', encCommentMessage)
    return (
      bytes && {
        ...describeContent(messages.decode(bytes)),
        type: 'comment',
        ...about(encCommentMessage.targetMessageKey),
      }
    )
  }
  if (encEventResponseMessage) {
    const bytes = open('Event Response', encEventResponseMessage)
    if (!bytes) return undefined
    const { response = 0, extraGuestCount } = answers.decode(bytes)
    return {
      type: 'event_response',
      eventResponse: {
        response: responses[response] ?? 'unknown',
        ...present({ extraGuests: extraGuestCount || undefined }),
      },
      ...about(encEventResponseMessage.eventCreationMessageKey),
    }
  }
  if (secretEncryptedMessage?.secretEncType !== messageEdit) return undefined
  const bytes = open('Message Edit', secretEncryptedMessage)
  return (
    bytes && {
      ...describeContent(messages.decode(bytes)),
      type: 'edit',
      ...about(secretEncryptedMessage.targetMessageKey),
    }
  )
}
