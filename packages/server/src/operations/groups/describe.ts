import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { GroupDescription } from '../../schemas/group.ts'

export default groupAct({
  method: 'PATCH',
  path: '/groups/{group_jid}/description',
  summary: 'Change the description of a group',
  body: z.object({ description: GroupDescription.describe('Blank removes it') }),
  run: ({ groups, group }, { description }) => groups.describe(group, description.trim()),
})
