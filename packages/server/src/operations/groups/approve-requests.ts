import { membersAct } from '../../kit/members-act.ts'

export default membersAct({
  method: 'POST',
  path: '/groups/{group_jid}/requests/approve',
  summary: 'Let people in who asked to join',
  field: 'users',
  missing: 'nothing_asked',
  act: (groups, group, people) => groups.decide(group, 'approve', people),
})
