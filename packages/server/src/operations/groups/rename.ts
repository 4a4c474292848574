import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'

export default groupAct({
  method: 'PATCH',
  path: '/groups/{group_jid}/name',
  summary: 'Rename a group',
  body: z.object({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .meta({ examples: ['Weekend trip'] }),
  }),
  run: ({ groups, group }, { name }) => groups.rename(group, name),
})
