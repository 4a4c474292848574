import { groupAct } from '../../kit/presets.ts'

export default groupAct({
  method: 'DELETE',
  path: '/groups/{group_jid}',
  summary: 'End a community; its groups stay',
  run: ({ groups, group }) => groups.endCommunity(group),
})
