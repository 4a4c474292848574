import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { Group, groupView } from '../../schemas/group.ts'
import { optionalPersonFields, person } from '../../schemas/person.ts'
import { exampleGroup, exampleJid, exampleNumber, exampleSeconds, fields, ownNumber, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'group.join',
  group: 'Groups',
  summary: 'The account joined a group, was added to one, or made one.',
  schema: z.object({
    jid: fields.jid,
    group_jid: fields.group,
    reason: z.string().describe('`invite` when it came by a link; blank when it was added'),
    type: z.string().describe('`new` for a group that was just made'),
    ...optionalPersonFields('sender', 'Who added it'),
    timestamp: fields.seconds,
    group: Group,
  }),
  example: {
    jid: exampleNumber,
    group_jid: exampleGroup.jid,
    reason: '',
    type: 'new',
    sender: exampleJid,
    timestamp: exampleSeconds,
    group: groupView(exampleGroup),
  },
  on: ['group_change'],
  from: (device, { group, by, at, change }) =>
    change.type === 'entered'
      ? {
          jid: ownNumber(device),
          group_jid: group,
          reason: change.reason ?? '',
          type: change.isNew ? 'new' : '',
          ...person('sender', by),
          timestamp: unixSeconds(at),
          group: groupView(change.info),
        }
      : undefined,
})
