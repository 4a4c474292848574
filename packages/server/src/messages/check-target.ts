import { type ForwardContent, isSilent, type MessageTarget } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { StoredMessage } from './messages.ts'

/** WhatsApp's help pages: a message can be edited for 15 minutes. */
const editableMs = 15 * 60 * 1000

/** The file of a message may still have to be uploaded. */
const notUploaded: ReadonlySet<string> = new Set(['scheduled', 'queued'])

const neverLeft: ReadonlySet<string> = new Set(['failed', 'cancelled', 'expired'])

const unsuitable = (words: string) => new AppError('message_not_suitable', words)

/** The message as content names it that is about it. @throws AppError message_not_suitable for what nobody sees (any more) */
export function targetOf(message: StoredMessage): MessageTarget {
  const { id, fromMe, sender, type, state, deleted } = message
  if (deleted) throw unsuitable('The message was taken back')
  if (isSilent(type))
    throw unsuitable(`Nobody sees a message of type ${type}: it is about another message, or about the chat`)
  if (fromMe && neverLeft.has(state)) throw unsuitable(`The message did not leave: it is ${state}`)
  return { id, fromMe, sender: sender.jid }
}

/** A message that may be edited now, and its bytes. @throws AppError not_own_message | message_too_old | message_not_suitable */
export function editable(message: StoredMessage, now: number): { target: MessageTarget; original: Uint8Array } {
  const target = targetOf(message)
  if (!message.fromMe) throw new AppError('not_own_message')
  if (message.sentAt !== null && now - message.sentAt > editableMs) throw new AppError('message_too_old')
  if (!message.body || !hasWords(message)) throw unsuitable(`A message of type ${message.type} has no words to edit`)
  return { target, original: message.body }
}

const captioned: ReadonlySet<string> = new Set(['image', 'video', 'document'])

const hasWords = ({ type, view }: StoredMessage): boolean =>
  type === 'text' || (captioned.has(type) && view?.media?.ptv !== true)

/** A message as it is sent on. @throws AppError message_not_suitable for what phones do not forward */
export function forwardable(message: StoredMessage): Omit<ForwardContent, 'type'> {
  const { fromMe } = targetOf(message)
  const { body, view, editedAt, text, state } = message
  if (fromMe && view?.media && notUploaded.has(state))
    throw unsuitable(`The file of the message waits too: it is ${state}`)
  if (!body) throw unsuitable('What the message said is not stored')
  if (view?.viewOnce) throw unsuitable('A message that may be seen once cannot be forwarded')
  return { message: body, fromMe, ...(editedAt !== null && text !== null && { text }) }
}
