import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { GroupAddress } from '../../schemas/chat-address.ts'

export default groupAct({
  method: 'DELETE',
  path: '/groups/{parent_group_jid}/link/{group_jid}',
  summary: 'Take a group out of a community',
  params: z.object({ group_jid: GroupAddress }),
  run: ({ groups, group }, _, { params }) => groups.unlink(group, params.group_jid),
})
