import { membersAct } from '../../kit/members-act.ts'

export default membersAct({
  method: 'POST',
  path: '/groups/{group_jid}/participants',
  summary: 'Add people to a group',
  field: 'participants',
  act: (groups, group, people) => groups.change(group, 'add', people),
})
