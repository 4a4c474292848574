import { groupAct } from '../../kit/presets.ts'

export default groupAct({
  method: 'DELETE',
  path: '/groups/{community_jid}',
  summary: 'End a community; its groups go on by themselves',
  run: ({ groups, group }) => groups.endCommunity(group),
})
