import { groupAct } from '../../kit/presets.ts'
import { Group, groupView } from '../../schemas/group.ts'

export default groupAct({
  method: 'GET',
  path: '/groups/{group_jid}',
  summary: 'A group and its members',
  response: Group,
  run: async ({ groups, group }) => groupView(await groups.info(group)),
})
