import type { GroupChange } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { HistorySharingText, MemberAddModeText, modeText } from '../../schemas/group.ts'
import { optionalPersonFields, people, peopleFields, person } from '../../schemas/person.ts'
import { exampleGroup, exampleJid, exampleNumber, exampleSeconds, fields, ownNumber, unixSeconds } from '../fields.ts'
import { rosterFields, rosterOf } from './participants-changed.ts'

/** The fields that a change of its kind fills. */
const detail = (change: GroupChange) => {
  switch (change.type) {
    case 'name':
      return { name: change.name }
    case 'description':
      return { topic: change.text, topic_id: change.id }
    case 'photo':
      return { photo_id: change.id }
    case 'announcement':
      return { is_announce: change.value }
    case 'locked':
      return { is_locked: change.value }
    case 'join_approval':
      return { is_join_approval_required: change.value }
    case 'member_add':
      return { member_add_mode: modeText(change.value) }
    case 'history_for_new_members':
      return { history_for_new_members: change.value }
    case 'history_sharing':
      return { history_sharing_mode: modeText(change.value) }
    case 'ephemeral':
      return { disappearing_timer: change.seconds }
    case 'invite_code':
      return { invite_code: change.code }
    case 'linked':
    case 'unlinked':
      return { other_group_jid: change.other, relation: change.relation }
    case 'requested':
    case 'request_dropped':
      return { ...people('requests', change.people), method: change.method ?? '' }
    case 'number':
      return people('renumbered', change.people)
    case 'other':
      return { whatsapp_name: change.name }
    default:
      return {}
  }
}

const changes = [
  ...(['joined', 'left', 'promoted', 'demoted', 'requested', 'request_dropped', 'name', 'description'] as const),
  ...(['photo', 'announcement', 'locked', 'join_approval', 'member_add', 'ephemeral', 'invite_code'] as const),
  ...(['history_for_new_members', 'history_sharing', 'linked', 'unlinked', 'number', 'ended', 'other'] as const),
]

export default defineEvent({
  name: 'group.info_update',
  group: 'Groups',
  summary: 'Something about a group changed; changes of its members are reported here too.',
  schema: z.object({
    jid: fields.jid,
    group_jid: fields.group,
    ...optionalPersonFields('sender', 'Who did it'),
    timestamp: fields.seconds,
    change: z.enum(changes).describe('What changed. The field of that name, or the lists, hold the new value'),
    ...rosterFields,
    name: z.string().optional(),
    topic: z.string().optional().describe('Blank: the description was removed'),
    topic_id: z.string().optional(),
    photo_id: z.string().optional().describe('Blank: the photo was removed'),
    is_announce: z.boolean().optional(),
    is_locked: z.boolean().optional(),
    is_join_approval_required: z.boolean().optional(),
    member_add_mode: MemberAddModeText.optional(),
    history_for_new_members: z.boolean().optional(),
    history_sharing_mode: HistorySharingText.optional(),
    disappearing_timer: z.int().optional().describe('Seconds; 0 when messages stay'),
    invite_code: z.string().optional().describe('The new code; the old link leads nowhere'),
    other_group_jid: z.string().optional().describe('The group or community that was linked or unlinked'),
    relation: z.enum(['subgroup', 'community']).optional().describe('What the other one is to this one'),
    ...peopleFields('requests', 'Who asks to join, or no longer does'),
    method: z.string().optional().describe("WhatsApp's word for the way of a request"),
    ...peopleFields('renumbered', 'The person with a new number'),
    whatsapp_name: z.string().optional().describe('Name of a change that has none here'),
  }),
  example: {
    jid: exampleNumber,
    group_jid: exampleGroup.jid,
    sender: exampleJid,
    timestamp: exampleSeconds,
    change: 'name',
    ...rosterOf({ type: 'name', name: '' }),
    name: 'Weekend trip',
  },
  on: ['group_change'],
  from: (device, { group, by, at, change }) =>
    change.type === 'entered'
      ? undefined
      : {
          jid: ownNumber(device),
          group_jid: group,
          ...person('sender', by),
          timestamp: unixSeconds(at),
          change: change.type,
          ...rosterOf(change),
          ...detail(change),
        },
})
