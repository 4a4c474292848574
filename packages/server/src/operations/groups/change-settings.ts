import type { GroupSetting } from '@switchboard/engine'
import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { HistorySharingText, MemberAddModeText, modeOf } from '../../schemas/group.ts'
import { Timer } from '../../schemas/timer.ts'

export default groupAct({
  method: 'PATCH',
  path: '/groups/{group_jid}/settings',
  summary: 'Change who may write, edit, add and join, how long messages stay, and what new members get',
  description:
    'Settings are changed one after another, in the order of the fields here. When WhatsApp refuses one, those before it are changed and those behind it are not.',
  body: z
    .object({
      announce: z.boolean().optional().describe('Only admins write'),
      locked: z.boolean().optional().describe('Only admins change name, photo and description'),
      member_add_mode: MemberAddModeText.optional(),
      join_approval: z.boolean().optional().describe('Admins decide who joins'),
      history_for_new_members: z.boolean().optional().describe('Phones share recent messages with those whom they add'),
      history_sharing_mode: HistorySharingText.optional(),
      disappearing_timer: Timer.optional(),
    })
    .refine((given) => Object.values(given).some((value) => value !== undefined), 'needs at least one setting')
    .meta({ minProperties: 1 }),
  async run({ groups, group }, body) {
    const wanted: (GroupSetting | undefined)[] = [
      body.announce === undefined ? undefined : { name: 'announcement', value: body.announce },
      body.locked === undefined ? undefined : { name: 'locked', value: body.locked },
      body.member_add_mode && { name: 'memberAdd', value: modeOf(body.member_add_mode) },
      body.join_approval === undefined ? undefined : { name: 'joinApproval', value: body.join_approval },
      body.history_for_new_members === undefined
        ? undefined
        : { name: 'historyForNewMembers', value: body.history_for_new_members },
      body.history_sharing_mode && { name: 'historySharing', value: modeOf(body.history_sharing_mode) },
      body.disappearing_timer === undefined ? undefined : { name: 'ephemeral', value: body.disappearing_timer },
    ]
    for (const setting of wanted) if (setting) await groups.set(group, setting)
    return undefined
  },
})
