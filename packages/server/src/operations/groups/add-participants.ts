import { membersAct } from '../../kit/members-act.ts'

export default membersAct({
  method: 'POST',
  path: '/groups/{group_jid}/participants',
  summary: 'Add people to a group',
  description: 'Those to whom the device never wrote, and who never wrote to it, count as `daily_new_contacts`.',
  field: 'participants',
  reachesOut: true,
  act: (groups, group, people) => groups.change(group, 'add', people),
})
