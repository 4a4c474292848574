import { z } from 'zod'
import { invitationRefusals } from '../../groups/refusals.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { InviteCode } from '../../schemas/invite-link.ts'
import { JoinedGroup, joinedView } from '../../schemas/joined-group.ts'

export default defineOperation({
  method: 'POST',
  path: '/groups/invite/{invite_code}',
  auth: 'device',
  summary: 'Join a group by its invitation link',
  params: z.object({ invite_code: InviteCode }),
  response: JoinedGroup,
  needs: { groups: ability('groups') },
  refusals: invitationRefusals,
  run: async ({ groups }, { params }) => joinedView(await groups.join(params.invite_code)),
})
