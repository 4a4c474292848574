import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { GroupName } from '../../schemas/group.ts'

export default groupAct({
  method: 'PATCH',
  path: '/groups/{group_jid}/name',
  summary: 'Rename a group',
  body: z.object({ name: GroupName }),
  run: ({ groups, group }, { name }) => groups.rename(group, name),
})
