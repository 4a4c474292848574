import { z } from 'zod'
import { invitationRefusals } from '../../groups/refusals.ts'
import { groupAct } from '../../kit/presets.ts'
import { PersonAddress } from '../../schemas/chat-address.ts'
import { InviteCode } from '../../schemas/invite-link.ts'
import { JoinedGroup, joinedView } from '../../schemas/joined-group.ts'

export default groupAct({
  method: 'POST',
  path: '/groups/{group_jid}/join-invite',
  summary: 'Accept an invitation that came as a message',
  body: z.object({
    invite_code: InviteCode,
    inviter: PersonAddress.describe('Who sent the invitation'),
    expiration: z.int().positive().max(4_294_967_295).describe('Unix seconds, as the invitation says'),
  }),
  response: JoinedGroup,
  refusals: invitationRefusals,
  async run({ groups, group, messages, principal }, { invite_code: code, inviter, expiration }) {
    const admin = await messages.resolveChat(principal.deviceId, inviter)
    return joinedView(await groups.accept({ group, code, expiration, admin }))
  },
})
