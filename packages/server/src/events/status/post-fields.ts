import type { Address } from '@switchboard/engine'
import { person, personFields } from '../../schemas/person.ts'
import type { DeviceContext } from '../event-source.ts'
import {
  exampleJid,
  exampleMessageId,
  exampleNumber,
  exampleSeconds,
  fields,
  ownNumber,
  unixSeconds,
} from '../fields.ts'

/** What the events of a status post tell. */
export const postFields = {
  jid: fields.jid,
  message_id: fields.messageId,
  ...personFields('from', 'The person who posted it'),
  timestamp: fields.seconds,
  is_from_me: fields.fromMe,
} as const

export const postExample = {
  jid: exampleNumber,
  message_id: exampleMessageId,
  from: exampleJid,
  timestamp: exampleSeconds,
  is_from_me: false,
} as const

interface Post {
  readonly sender: Address
  readonly at: number
  readonly fromMe: boolean
}

/** The values of {@link postFields}. */
export const postOf = (device: DeviceContext, messageId: string, { sender, at, fromMe }: Post) => ({
  jid: ownNumber(device),
  message_id: messageId,
  ...person('from', sender),
  timestamp: unixSeconds(at),
  is_from_me: fromMe,
})
