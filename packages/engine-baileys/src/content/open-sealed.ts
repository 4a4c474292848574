import type { MessageView, OpenedSeal as Opened, SealedParties } from '@switchboard/engine'
import type { Message, PollCreationMessage } from '../generated/messages.ts'
import { codec, unlessMalformed } from '../proto/codec.ts'
import { Message as messages } from '../proto/message.ts'
import { describeContent } from './describe.ts'
import { responseView } from './event.ts'
import { about, present } from './fields.ts'
import { openWithSecret, type SecretUse, secretOf } from './message-secret.ts'
import { changePoll, pollIn } from './poll.ts'
import { changeContent, unwrap } from './unwrap.ts'

const reactions = codec('ReactionMessage')

type Option = NonNullable<PollCreationMessage['options']>[number]
type Sealing = Parameters<typeof openWithSecret>[3]
type Open = (use: SecretUse, sealed: Sealing) => Uint8Array | undefined

/** What somebody sealed about a message, with that message's secret. Undefined for what is not sealed, or not with that secret. */
export const openSealed = (sealed: Uint8Array, target: Uint8Array, parties: SealedParties): Opened | undefined =>
  unlessMalformed(() => {
    const original = messages.decode(target)
    const secret = secretOf(original)
    if (!secret) return undefined
    const { message } = unwrap(messages.decode(sealed))
    const open: Open = (use, part) => openWithSecret(use, secret, parties, part)
    if (message.secretEncryptedMessage) return changeIn(message.secretEncryptedMessage, original, open)
    const view = viewIn(message, open)
    return view && { view }
  })

type Change = NonNullable<Message['secretEncryptedMessage']>

/** What each `secretEncType` is sealed as. For an added option two clients differ: zapo addon-crypto.ts names it by itself, whatsmeow msgsecret.go as an edit. */
const changes: Readonly<Record<number, readonly SecretUse[]>> = {
  1: ['Event Edit'],
  2: ['Message Edit'],
  4: ['Poll Edit'],
  5: ['Poll Add Option', 'Poll Edit'],
}

function changeIn(change: Change, original: Message, open: Open): Opened | undefined {
  const { secretEncType = 0, targetMessageKey } = change
  for (const use of changes[secretEncType] ?? []) {
    const bytes = open(use, change)
    if (!bytes) continue
    const { message } = unwrap(messages.decode(bytes))
    const added = message.pollAddOptionMessage?.addOption
    if (secretEncType === 5) {
      const view = { type: 'poll_option', ...present({ text: added?.optionName }), ...about(targetMessageKey) } as const
      return { view, ...changed(added && withOption(original, added)) }
    }
    const view = { ...describeContent(message), type: 'edit', ...about(targetMessageKey) } as const
    return { view, ...changed(withContent(original, message)) }
  }
  return undefined
}

const changed = (message: Message | undefined): Pick<Opened, 'changed'> =>
  message ? { changed: messages.encode(message) } : {}

/** An event or a poll with what an edit made of it. Its context and its secret stay. */
function withContent(original: Message, edited: Message): Message | undefined {
  const { eventMessage } = edited
  if (eventMessage && unwrap(original).message.eventMessage) {
    return changeContent(original, (content) => ({
      ...content,
      eventMessage: { ...present({ contextInfo: content.eventMessage?.contextInfo }), ...eventMessage },
    }))
  }
  const value = pollIn(edited)?.value
  return value && changePoll(original, ({ contextInfo }) => ({ ...present({ contextInfo }), ...value }))
}

/** A poll with one more option, unless it has it, or takes none. */
function withOption(original: Message, option: Option): Message | undefined {
  const { options = [], allowAddOption } = pollIn(original)?.value ?? {}
  if (!allowAddOption || !option.optionName) return undefined
  if (options.some(({ optionName }) => optionName === option.optionName)) return undefined
  return changePoll(original, (poll) => ({ ...poll, options: [...options, option] }))
}

function viewIn(message: Message, open: Open): MessageView | undefined {
  const { encReactionMessage, encCommentMessage, encEventResponseMessage } = message
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
    return {
      type: 'event_response',
      eventResponse: responseView(bytes),
      ...about(encEventResponseMessage.eventCreationMessageKey),
    }
  }
  return undefined
}
