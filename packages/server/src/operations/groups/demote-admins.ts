import { membersAct } from '../../kit/members-act.ts'

export default membersAct({
  method: 'DELETE',
  path: '/groups/{group_jid}/admins',
  summary: 'Make admins ordinary members again',
  field: 'users',
  missing: 'not_a_member',
  act: (groups, group, people) => groups.change(group, 'demote', people),
})
