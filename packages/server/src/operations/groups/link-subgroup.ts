import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { GroupAddress } from '../../schemas/chat-address.ts'

export default groupAct({
  method: 'POST',
  path: '/groups/{parent_group_jid}/link/{group_jid}',
  summary: 'Make a group part of a community',
  params: z.object({ group_jid: GroupAddress }),
  run: ({ groups, group }, _, { params }) => groups.link(group, params.group_jid),
})
