import { bareJid } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { optionalPersonFields, person } from '../../schemas/person.ts'
import { exampleGroup, exampleJid, exampleNumber, exampleSeconds, fields, ownNumber, unixSeconds } from '../fields.ts'

export default defineEvent({
  name: 'group.leave',
  group: 'Groups',
  summary: 'The account left a group, was removed from it, or the group ended.',
  schema: z.object({
    jid: fields.jid,
    group_jid: fields.group,
    reason: z.string().describe("WhatsApp's word, usually blank"),
    ...optionalPersonFields('sender', 'Who did it; the account itself when it left'),
    timestamp: fields.seconds,
  }),
  example: {
    jid: exampleNumber,
    group_jid: exampleGroup.jid,
    reason: '',
    sender: exampleJid,
    timestamp: exampleSeconds,
  },
  on: ['group_change'],
  from(device, { group, by, at, change }) {
    const { jid, lid } = device.account ?? {}
    const own = [jid, lid].flatMap((each) => (each ? [bareJid(each)] : []))
    const isOwn = (one: string | undefined) => one !== undefined && own.includes(one)
    const left = change.type === 'left' && change.people.some((who) => isOwn(who.jid) || isOwn(who.lid))
    if (!left && change.type !== 'ended') return undefined
    return {
      jid: ownNumber(device),
      group_jid: group,
      reason: change.reason ?? '',
      ...person('sender', by),
      timestamp: unixSeconds(at),
    }
  },
})
