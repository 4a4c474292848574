import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'

export default groupAct({
  method: 'PATCH',
  path: '/groups/{group_jid}/member-add-mode',
  summary: 'Say who may add people',
  body: z.object({ mode: z.enum(['all_members', 'admin_only']) }),
  run: ({ groups, group }, { mode }) =>
    groups.set(group, { name: 'memberAdd', value: mode === 'all_members' ? 'all' : 'admins' }),
})
