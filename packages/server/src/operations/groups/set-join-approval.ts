import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'

export default groupAct({
  method: 'POST',
  path: '/groups/{group_jid}/join-approval',
  summary: 'Let admins decide who joins, or let everybody join',
  body: z.object({ mode: z.boolean().describe('true: admins decide') }),
  run: ({ groups, group }, { mode }) => groups.set(group, { name: 'joinApproval', value: mode }),
})
