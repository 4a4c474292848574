import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { GroupAddress } from '../../schemas/chat-address.ts'

export default groupAct({
  method: 'DELETE',
  path: '/groups/{parent_jid}/link/{child_jid}',
  summary: 'Take a group out of a community',
  params: z.object({ child_jid: GroupAddress }),
  run: ({ groups, group }, _, { params }) => groups.unlink(group, params.child_jid),
})
