import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { InviteLink, inviteLink } from '../../schemas/invite-link.ts'

export default groupAct({
  method: 'POST',
  path: '/groups/{group_jid}/invite-link',
  destructive: true,
  summary: 'End the invitation link of a group and get another',
  response: z.object({ link: InviteLink }),
  run: async ({ groups, group }) => ({ link: inviteLink(await groups.resetInviteCode(group)) }),
})
