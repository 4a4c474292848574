import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { Instant } from '../../schemas/instant.ts'
import { person, personFields } from '../../schemas/person.ts'

export default groupAct({
  method: 'GET',
  path: '/groups/{group_jid}/participant-requests',
  summary: 'People who ask to join',
  response: z.array(
    z.object({
      ...personFields('jid', 'Who asks'),
      requested_at: Instant,
      method: z.string().describe("WhatsApp's word for the way: `invite_link`, `linked_group_join`, `non_admin_add`"),
    }),
  ),
  run: async ({ groups, group }) =>
    (await groups.requests(group)).map(({ who, at, method }) => ({ ...person('jid', who), requested_at: at, method })),
})
