import { membersAct } from '../../kit/members-act.ts'

export default membersAct({
  method: 'DELETE',
  path: '/groups/{group_jid}/invitations',
  summary: 'Take back personal invitations',
  field: 'users',
  missing: 'nothing_asked',
  act: (groups, group, people) => groups.revokeInvitations(group, people),
})
