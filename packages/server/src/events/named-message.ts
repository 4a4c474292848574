import type { NamedMessage } from '@switchboard/engine'
import { optionalPersonFields, person } from '../schemas/person.ts'
import { fields } from './fields.ts'

/** A message that an event is about, as the state of the account names it. */
export const namedMessageFields = {
  ...fields.chat,
  ...optionalPersonFields('sender', 'Who wrote it'),
  message_id: fields.messageId,
  is_from_me: fields.fromMe,
}

export const namedMessage = ({ chat, sender, id, fromMe }: NamedMessage) => ({
  ...person('chat', chat),
  ...person('sender', sender),
  message_id: id,
  is_from_me: fromMe,
})
