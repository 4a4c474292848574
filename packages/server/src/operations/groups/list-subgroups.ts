import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { Instant } from '../../schemas/instant.ts'
import { optionalPersonFields, person } from '../../schemas/person.ts'

export default groupAct({
  method: 'GET',
  path: '/groups/{community_jid}/subgroups',
  summary: 'Groups of a community',
  response: z.array(
    z.object({
      jid: z.string().meta({ examples: ['120363012345678901@g.us'] }),
      name: z.string().meta({ examples: ['Weekend trip'] }),
      name_set_at: Instant.optional(),
      ...optionalPersonFields('name_set_by', 'Who named it'),
      is_default_sub_group: z.boolean().describe('The announcement group'),
    }),
  ),
  run: async ({ groups, group }) =>
    (await groups.subgroups(group)).map(({ jid, name, nameSetAt, nameSetBy, isDefault }) => ({
      ...{ jid, name, name_set_at: nameSetAt, is_default_sub_group: isDefault },
      ...person('name_set_by', nameSetBy),
    })),
})
