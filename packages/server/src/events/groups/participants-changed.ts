import type { GroupChange } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { optionalPersonFields, people, peopleFields, person } from '../../schemas/person.ts'
import { exampleGroup, exampleJid, exampleNumber, exampleSeconds, fields, ownNumber, unixSeconds } from '../fields.ts'

/** The list of the event for each change of who is in a group. */
export const rosterLists = { joined: 'join', left: 'leave', promoted: 'promote', demoted: 'demote' } as const

export const rosterFields = {
  ...peopleFields('join', 'Who came'),
  ...peopleFields('leave', 'Who went'),
  ...peopleFields('promote', 'Who is an admin now'),
  ...peopleFields('demote', 'Who is an admin no longer'),
}

/** All four lists; those without anybody are empty. */
export function rosterOf(change: GroupChange) {
  const named = change.type in rosterLists ? rosterLists[change.type as keyof typeof rosterLists] : undefined
  const who = (list: string) => (list === named && 'people' in change ? change.people : [])
  return {
    ...people('join', who('join')),
    ...people('leave', who('leave')),
    ...people('promote', who('promote')),
    ...people('demote', who('demote')),
  }
}

export default defineEvent({
  name: 'group.participant_update',
  group: 'Groups',
  summary: 'People joined a group, left it, became its admins, or are its admins no longer.',
  schema: z.object({
    jid: fields.jid,
    group_jid: fields.group,
    ...rosterFields,
    reason: z.string().describe("WhatsApp's word for how they came, such as `invite`; usually blank"),
    ...optionalPersonFields('sender', 'Who did it'),
    timestamp: fields.seconds,
  }),
  example: {
    jid: exampleNumber,
    group_jid: exampleGroup.jid,
    ...rosterOf({ type: 'joined', people: [{ jid: exampleJid }] }),
    reason: 'invite',
    sender: exampleJid,
    timestamp: exampleSeconds,
  },
  on: ['group_change'],
  from: (device, { group, by, at, change }) =>
    change.type in rosterLists
      ? {
          jid: ownNumber(device),
          group_jid: group,
          ...rosterOf(change),
          reason: 'reason' in change ? (change.reason ?? '') : '',
          ...person('sender', by),
          timestamp: unixSeconds(at),
        }
      : undefined,
})
