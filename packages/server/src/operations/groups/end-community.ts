import { groupAct } from '../../kit/presets.ts'

export default groupAct({
  method: 'DELETE',
  path: '/groups/{group_jid}',
  summary: 'End a community; its groups go on by themselves',
  run: ({ groups, group }) => groups.endCommunity(group),
})
