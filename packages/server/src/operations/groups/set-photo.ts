import { z } from 'zod'
import { groupRefusals } from '../../groups/refusals.ts'
import { ability, groupIn } from '../../kit/needs.ts'
import { photoAct } from '../../kit/photo-act.ts'

export default photoAct({
  path: '/groups/{group_jid}/photo',
  summary: 'Change or remove the photo of a group',
  media: { field: 'photo' },
  needs: { groups: ability('groups'), group: groupIn('group_jid') },
  refusals: groupRefusals,
  response: {
    photo_url: z
      .string()
      .meta({ description: 'The same as `picture_id`; the name is the contract’s', examples: ['1764486000'] }),
  },
  set: ({ groups, group }, jpeg) => groups.setPhoto(group, jpeg),
  answer: (id) => ({ photo_url: id }),
})
