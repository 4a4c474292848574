import { membersAct } from '../../kit/members-act.ts'

export default membersAct({
  method: 'POST',
  path: '/groups/{group_jid}/admins',
  summary: 'Make members admins',
  field: 'users',
  missing: 'not_a_member',
  act: (groups, group, people) => groups.change(group, 'promote', people),
})
