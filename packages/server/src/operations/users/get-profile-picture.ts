import { z } from 'zod'
import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'

export default personAct({
  method: 'GET',
  path: '/users/{user_jid}/profile-picture',
  summary: 'Where the picture of a person is',
  description:
    'The address is at WhatsApp’s media host and ends after some days. With `known_id`, the answer says `unchanged` when it is still the same picture. `none`: there is none, or it is hidden.',
  needs: { people: ability('people') },
  // 401 and 404 are no refusals here: the picture is hidden, or there is none.
  refusals: { 403: 'forbidden_by_whatsapp' },
  query: z.object({
    preview: z.boolean().default(false).describe('The small one'),
    known_id: z.string().min(1).max(64).optional().describe('Id of the picture that you have'),
  }),
  response: z.object({
    state: z.enum(['found', 'unchanged', 'none']),
    id: z.string().meta({ description: 'Blank unless `found`', examples: ['1764486000'] }),
    url: z.string().meta({
      description: 'Blank unless `found`',
      examples: ['https://pps.whatsapp.net/v/t61.24694-24/1764486000.jpg'],
    }),
    direct_path: z.string(),
    type: z.enum(['image', 'preview']),
  }),
  async run({ people, person }, _, { query }) {
    const { preview, known_id: known } = query
    const answer = await people.picture(person, { preview, ...(known && { known }) })
    const found = answer.state === 'found' ? answer : undefined
    return {
      state: answer.state,
      id: found?.id ?? '',
      url: found?.url ?? '',
      direct_path: found?.directPath ?? '',
      type: found?.kind ?? (preview ? 'preview' : 'image'),
    }
  },
})
