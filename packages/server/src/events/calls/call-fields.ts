import { z } from 'zod'
import { optionalPersonFields, person, personFields } from '../../schemas/person.ts'
import type { DeviceContext, SourceOf } from '../event-source.ts'
import { exampleJid, exampleNumber, exampleSeconds, fields, ownNumber, unixSeconds } from '../fields.ts'

const exampleCall = '5A1F0C2E7D3B4698A1B2C3D4E5F60718'

/** What every event of a call tells. */
export const callFields = {
  jid: fields.jid,
  call_id: z.string().describe('The same in all events of the call'),
  ...personFields('from', 'Who does it: for an offer the caller'),
  ...personFields('caller', 'Who began the call'),
  timestamp: fields.seconds,
  media: z.enum(['audio', 'video', '']).describe('Blank when it is not known'),
  is_group: z.boolean().describe('Several people are called together'),
  ...optionalPersonFields('group_jid', 'Address of the group that is called'),
  is_from_me: fields.fromMe,
} as const

export const callExample = {
  jid: exampleNumber,
  call_id: exampleCall,
  from: exampleJid,
  caller: exampleJid,
  timestamp: exampleSeconds,
  media: 'audio',
  is_group: false,
  is_from_me: false,
} as const

/** The values of {@link callFields}. */
export const callOf = (device: DeviceContext, call: SourceOf<'call' | 'call_missed'>) =>
  ({
    jid: ownNumber(device),
    call_id: call.callId,
    ...person('from', call.from),
    ...person('caller', call.creator),
    timestamp: unixSeconds(call.at),
    media: call.video === undefined ? '' : call.video ? 'video' : 'audio',
    is_group: call.isGroup ?? false,
    ...person('group_jid', call.group),
    is_from_me: call.fromMe,
  }) as const
