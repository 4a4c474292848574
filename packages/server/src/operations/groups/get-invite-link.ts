import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { InviteLink, inviteLink } from '../../schemas/invite-link.ts'

export default groupAct({
  method: 'GET',
  path: '/groups/{group_jid}/invite-link',
  summary: 'The invitation link of a group',
  description:
    'To end the link and get another, `POST /groups/{group_jid}/invite-link`: reading never changes anything.',
  response: z.object({ link: InviteLink }),
  run: async ({ groups, group }) => ({ link: inviteLink(await groups.inviteCode(group)) }),
})
