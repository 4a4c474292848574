import { membersAct } from '../../kit/members-act.ts'

export default membersAct({
  method: 'DELETE',
  path: '/groups/{group_jid}/participants',
  summary: 'Remove people from a group',
  field: 'participants',
  missing: 'not_a_member',
  act: (groups, group, people) => groups.change(group, 'remove', people),
})
