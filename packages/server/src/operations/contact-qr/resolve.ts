import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'
import { codeRefusals } from '../../people/refusals.ts'
import { ContactCode } from '../../schemas/contact-code.ts'
import { person, personFields } from '../../schemas/person.ts'

export default ownAct({
  method: 'GET',
  path: '/users/contact-qr/{code}',
  summary: 'Who is behind a contact link',
  params: z.object({ code: ContactCode }),
  refusals: codeRefusals,
  response: z.object({
    ...personFields('jid', 'Number of the person'),
    type: z.enum(['contact', 'message']),
    push_name: z.string(),
  }),
  async run({ profile }, _, { params }) {
    const { who, type, pushName } = await profile.resolveCode(params.code)
    return { ...person('jid', who), type, push_name: pushName }
  },
})
