import { groupAct } from '../../kit/presets.ts'

export default groupAct({
  method: 'POST',
  path: '/groups/{group_jid}/leave',
  destructive: true,
  summary: 'Leave a group',
  run: ({ groups, group }) => groups.leave(group),
})
