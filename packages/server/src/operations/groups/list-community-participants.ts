import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { person, personFields } from '../../schemas/person.ts'

export default groupAct({
  method: 'GET',
  path: '/groups/{community_jid}/linked-participants',
  summary: 'Everybody in any group of a community',
  response: z.array(z.object(personFields('jid', 'Number of the member'))),
  run: async ({ groups, group }) => (await groups.communityMembers(group)).map((who) => person('jid', who)),
})
