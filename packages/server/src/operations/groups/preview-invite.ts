import { z } from 'zod'
import { invitationRefusals } from '../../groups/refusals.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { Group, groupView } from '../../schemas/group.ts'
import { InviteCode } from '../../schemas/invite-link.ts'

export default defineOperation({
  method: 'GET',
  path: '/groups/invite/{invite_code}',
  auth: 'device',
  summary: 'The group behind an invitation link',
  params: z.object({ invite_code: InviteCode }),
  response: Group,
  needs: { groups: ability('groups') },
  refusals: invitationRefusals,
  run: async ({ groups }, { params }) => groupView(await groups.invited(params.invite_code)),
})
