import { z } from 'zod'
import { person, personFields } from '../../schemas/person.ts'
import type { DeviceContext, SourceOf } from '../event-source.ts'
import {
  exampleJid,
  exampleMessageId,
  exampleNumber,
  exampleSeconds,
  fields,
  ownNumber,
  unixSeconds,
} from '../fields.ts'

/** What every event of a vote tells. */
export const voteFields = {
  jid: fields.jid,
  message_id: z.string().describe('Id of the vote'),
  poll_id: z.string().describe('Id of the poll'),
  ...fields.chat,
  ...personFields('voter', 'Who voted'),
  timestamp: fields.seconds,
  is_from_me: fields.fromMe,
} as const

export const voteExample = {
  jid: exampleNumber,
  message_id: '3EB0F41C26A1916E07A1B2',
  poll_id: exampleMessageId,
  chat: exampleJid,
  voter: exampleJid,
  timestamp: exampleSeconds,
  is_from_me: false,
} as const

/** The values of {@link voteFields}. */
export const voteOf = (device: DeviceContext, source: SourceOf<'poll_voted'>) => ({
  jid: ownNumber(device),
  message_id: source.voteId,
  poll_id: source.pollId,
  ...person('chat', source.chat),
  ...person('voter', source.sender),
  timestamp: unixSeconds(source.at),
  is_from_me: source.fromMe,
})
